package io.github.bge4j.examples.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import io.github.bge4j.Embedding;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;

/** Writes embeddings as JSON lines. Owns the stream. */
final class EmbeddingWriter implements Closeable {

  /** The fast writer prints the shortest decimal that reads back as the same float. */
  private static final JsonFactory JSON = new JsonFactoryBuilder()
      .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
      .rootValueSeparator("")
      .build();

  private final JsonGenerator json;
  private final boolean withIds;
  private long index;

  EmbeddingWriter(OutputStream out, boolean withIds) throws IOException {
    this.json = JSON.createGenerator(out);
    this.withIds = withIds;
  }

  void write(Embedding embedding) throws IOException {
    write(embedding.tokenIds(), embedding.truncated(), embedding.dense());
  }

  void write(int[] tokenIds, boolean truncated, float[] dense) throws IOException {
    json.writeStartObject();
    json.writeNumberField("index", index++);
    json.writeNumberField("tokens", tokenIds.length);
    json.writeBooleanField("truncated", truncated);
    if (withIds) {
      json.writeFieldName("ids");
      json.writeArray(tokenIds, 0, tokenIds.length);
    }
    json.writeFieldName("dense");
    writeFloats(dense);
    json.writeEndObject();
    json.writeRaw('\n');
  }

  private void writeFloats(float[] values) throws IOException {
    json.writeStartArray();
    for (float value : values) {
      json.writeNumber(value);
    }
    json.writeEndArray();
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
