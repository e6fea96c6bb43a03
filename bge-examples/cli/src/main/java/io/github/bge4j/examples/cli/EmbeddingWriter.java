package io.github.bge4j.examples.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import io.github.bge4j.Embedding;
import io.github.bge4j.MultiVector;
import io.github.bge4j.Output;
import io.github.bge4j.sparse.SparseTokenMapper;
import io.github.bge4j.sparse.SparseVector;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** Writes embeddings as JSON lines. Owns the stream. */
final class EmbeddingWriter implements Closeable {

  /** The fast writer prints the shortest decimal that reads back as the same float. */
  private static final JsonFactory JSON = new JsonFactoryBuilder()
      .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
      .rootValueSeparator("")
      .build();

  private final JsonGenerator json;
  private final boolean withIds;
  private final @Nullable SparseTokenMapper mapper;
  private final Output[] outputs;
  private long index;

  /**
   * Makes a writer.
   *
   * @param mapper makes the vectors for a database, if these are wanted, too
   */
  EmbeddingWriter(
      OutputStream out, boolean withIds, @Nullable SparseTokenMapper mapper, Output... outputs)
      throws IOException {
    this.json = JSON.createGenerator(out);
    this.withIds = withIds;
    this.mapper = mapper;
    this.outputs = outputs.clone();
  }

  void write(Embedding embedding) throws IOException {
    json.writeStartObject();
    json.writeNumberField("index", index++);
    json.writeNumberField("tokens", embedding.tokenCount());
    json.writeBooleanField("truncated", embedding.truncated());
    if (withIds) {
      json.writeFieldName("ids");
      json.writeArray(embedding.tokenIds(), 0, embedding.tokenCount());
    }
    for (Output output : outputs) {
      switch (output) {
        case DENSE -> writeDense(embedding.dense());
        case SPARSE -> writeSparse(embedding.lexicalWeights());
        case MULTI_VECTOR -> writeMultiVector(embedding.multiVector());
      }
    }
    json.writeEndObject();
    json.writeRaw('\n');
  }

  private void writeDense(float[] dense) throws IOException {
    json.writeFieldName("dense");
    writeFloats(dense);
  }

  private void writeSparse(SparseVector weights) throws IOException {
    writeLexicalWeights(weights);
    if (mapper != null) {
      writeMapped(MappingOptions.map(mapper, weights), mapper);
    }
  }

  private void writeMapped(SparseVector vector, SparseTokenMapper by) throws IOException {
    json.writeObjectFieldStart("sparse");
    json.writeArrayFieldStart("indices");
    for (int index : vector.indices()) {
      json.writeNumber(Integer.toUnsignedLong(index));
    }
    json.writeEndArray();
    json.writeFieldName("values");
    writeFloats(vector.values());
    json.writeStringField("mapping", by.name());
    json.writeNumberField("index_space", by.indexSpace());
    json.writeEndObject();
  }

  /** The indices are token ids; JSON wants names to be strings. */
  private void writeLexicalWeights(SparseVector weights) throws IOException {
    json.writeObjectFieldStart("lexical_weights");
    int[] ids = weights.indices();
    float[] values = weights.values();
    for (int i = 0; i < ids.length; i++) {
      json.writeFieldName(Integer.toString(ids[i]));
      json.writeNumber(values[i]);
    }
    json.writeEndObject();
  }

  private void writeMultiVector(MultiVector vectors) throws IOException {
    json.writeArrayFieldStart("colbert");
    for (float[] row : vectors.toArray()) {
      writeFloats(row);
    }
    json.writeEndArray();
  }

  void writeFloats(float[] values) throws IOException {
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
