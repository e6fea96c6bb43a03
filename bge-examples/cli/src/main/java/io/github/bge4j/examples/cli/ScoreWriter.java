package io.github.bge4j.examples.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.bge4j.PairScore;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;

/** Writes scores as JSON lines. Owns the stream. */
final class ScoreWriter implements Closeable {

  private final JsonGenerator json;
  private long index;

  ScoreWriter(OutputStream out) throws IOException {
    this.json = JsonLines.generator(out);
  }

  void write(PairScore score) throws IOException {
    json.writeStartObject();
    json.writeNumberField("index", index++);
    json.writeNumberField("score", score.score());
    json.writeNumberField("tokens", score.tokenCount());
    json.writeBooleanField("truncated", score.truncated());
    json.writeEndObject();
    json.writeRaw('\n');
  }

  /** Hands everything written so far to the reader of the stream. */
  void flush() throws IOException {
    json.flush();
  }

  @Override
  public void close() throws IOException {
    json.close();
  }
}
