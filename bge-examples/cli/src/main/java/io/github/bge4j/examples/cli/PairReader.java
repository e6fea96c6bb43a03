package io.github.bge4j.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bge4j.TextPair;
import org.jspecify.annotations.Nullable;

/** Reads the pairs of a file. */
final class PairReader extends WindowReader<Pair> {

  private final JsonLineParser parser;

  /** Makes a reader on lines that it does not close. */
  PairReader(LineReader lines) {
    super(lines, WINDOW_CHARS);
    this.parser = new JsonLineParser(lines.name(), "correct the line", "query", "passage");
  }

  @Override
  @Nullable Pair parse(Line line) {
    if (line.content().isBlank()) {
      return null;
    }
    JsonNode object = parser.parse(line);
    TextPair texts =
        new TextPair(object.path("query").textValue(), object.path("passage").textValue());
    return new Pair(line.number(), texts);
  }

  @Override
  int chars(Pair pair) {
    return pair.texts().query().length() + pair.texts().passage().length();
  }
}
