package io.github.bge4j.examples.cli;

import java.util.ArrayList;
import java.util.List;

/** Reads the texts of a file window by window, so that memory does not grow with the file. */
final class TextReader {

  /** Enough to share among the workers, little enough to see progress. */
  static final int WINDOW_TEXTS = 1024;

  /** Some 8 MiB in memory, and 2000 texts that fill a model of 512 tokens. */
  static final int WINDOW_CHARS = 1 << 22;

  /** ColBERT vectors take some 4 kB a token: this many characters give less than 100 MB. */
  static final int COLBERT_WINDOW_CHARS = 1 << 16;

  private final LineReader lines;
  private final boolean plain;
  private final int windowChars;
  private final JsonLineParser parser;

  /**
   * Makes a reader on lines that it does not close.
   *
   * @param plain true if each line is a text, false if it is a JSON object with a text
   * @param windowChars a window ends after the text that reaches this
   */
  TextReader(LineReader lines, boolean plain, int windowChars) {
    this.windowChars = windowChars;
    this.lines = lines;
    this.plain = plain;
    this.parser = new JsonLineParser(lines.name(), "use --plain for plain text", "text");
  }

  /** Returns the next texts in their order; none at the end. */
  List<Text> nextWindow() {
    List<Text> window = new ArrayList<>();
    int chars = 0;
    while (window.size() < WINDOW_TEXTS && chars < windowChars) {
      Line line = lines.next();
      if (line == null) {
        break;
      }
      if (plain || !line.content().isBlank()) {
        Text text = new Text(line.number(), textOf(line));
        window.add(text);
        chars += text.value().length();
      }
    }
    return window;
  }

  private String textOf(Line line) {
    return plain ? line.content() : parser.parse(line).path("text").textValue();
  }
}
