package io.github.bge4j.examples.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes results as numbered JSON lines. Owns the stream.
 *
 * @param <R> what a line holds
 */
abstract class JsonLineWriter<R> implements Closeable {

  /** The fast writer prints the shortest decimal that reads back as the same number. */
  private static final JsonFactory JSON = new JsonFactoryBuilder()
      .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
      .rootValueSeparator("")
      .build();

  private final JsonGenerator json;
  private long index;

  JsonLineWriter(OutputStream out) throws IOException {
    this.json = JSON.createGenerator(out);
  }

  final JsonGenerator json() {
    return json;
  }

  /** Does what may fail, before anything of the line is written. */
  void prepare(R result) {}

  /** Writes the fields of a result after its index. */
  abstract void writeFields(R result) throws IOException;

  final void write(R result) throws IOException {
    prepare(result);
    json.writeStartObject();
    json.writeNumberField("index", index++);
    writeFields(result);
    json.writeEndObject();
    json.writeRaw('\n');
  }

  /** Hands everything written so far to the reader of the stream. */
  final void flush() throws IOException {
    json.flush();
  }

  @Override
  public final void close() throws IOException {
    json.close();
  }
}
