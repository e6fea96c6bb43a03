package io.github.bge4j.examples.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.io.OutputStream;

/** Makes what writes JSON lines. */
final class JsonLines {

  /** The fast writer prints the shortest decimal that reads back as the same number. */
  private static final JsonFactory JSON = new JsonFactoryBuilder()
      .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
      .rootValueSeparator("")
      .build();

  private JsonLines() {}

  /** Returns a generator that owns the stream; whoever uses it ends the lines. */
  static JsonGenerator generator(OutputStream out) throws IOException {
    return JSON.createGenerator(out);
  }
}
