package io.github.bge4j.examples.cli;

import org.jspecify.annotations.Nullable;

/** Reads the texts of a file. */
final class TextReader extends WindowReader<Text> {

  /** ColBERT vectors take some 4 kB a token: this many characters give less than 100 MB. */
  static final int COLBERT_WINDOW_CHARS = 1 << 16;

  private final boolean plain;
  private final JsonLineParser parser;

  /**
   * Makes a reader on lines that it does not close.
   *
   * @param plain true if each line is a text, false if it is a JSON object with a text
   * @param windowChars a window ends after the text that reaches this
   */
  TextReader(LineReader lines, boolean plain, int windowChars) {
    super(lines, windowChars);
    this.plain = plain;
    this.parser = new JsonLineParser(lines.name(), "use --plain for plain text", "text");
  }

  @Override
  @Nullable Text parse(Line line) {
    if (plain) {
      return new Text(line.number(), line.content());
    }
    return line.content().isBlank()
        ? null
        : new Text(line.number(), parser.parse(line).path("text").textValue());
  }

  @Override
  int chars(Text text) {
    return text.value().length();
  }
}
