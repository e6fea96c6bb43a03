package io.github.bge4j.examples.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.bge4j.Embedding;
import io.github.bge4j.MultiVector;
import io.github.bge4j.Output;
import io.github.bge4j.sparse.SparseTokenMapper;
import io.github.bge4j.sparse.SparseVector;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** Writes embeddings as JSON lines. Owns the stream. */
final class EmbeddingWriter extends JsonLineWriter<Embedding> {

  private final boolean withIds;
  private final @Nullable SparseTokenMapper mapper;
  private final Output[] outputs;
  private @Nullable SparseVector mapped;

  /**
   * Makes a writer.
   *
   * @param mapper makes the vectors for a database, if these are wanted, too
   */
  EmbeddingWriter(
      OutputStream out, boolean withIds, @Nullable SparseTokenMapper mapper, Output... outputs)
      throws IOException {
    super(out);
    this.withIds = withIds;
    this.mapper = mapper;
    this.outputs = outputs.clone();
  }

  @Override
  void prepare(Embedding embedding) {
    mapped = mapper == null ? null : MappingOptions.map(mapper, embedding.lexicalWeights());
  }

  @Override
  void writeFields(Embedding embedding) throws IOException {
    JsonGenerator json = json();
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
  }

  private void writeDense(float[] dense) throws IOException {
    json().writeFieldName("dense");
    writeFloats(dense);
  }

  private void writeSparse(SparseVector weights) throws IOException {
    writeLexicalWeights(weights);
    if (mapper != null && mapped != null) {
      writeMapped(mapped, mapper);
    }
  }

  private void writeMapped(SparseVector vector, SparseTokenMapper by) throws IOException {
    JsonGenerator json = json();
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
    JsonGenerator json = json();
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
    json().writeArrayFieldStart("colbert");
    for (float[] row : vectors.toArray()) {
      writeFloats(row);
    }
    json().writeEndArray();
  }

  void writeFloats(float[] values) throws IOException {
    JsonGenerator json = json();
    json.writeStartArray();
    for (float value : values) {
      json.writeNumber(value);
    }
    json.writeEndArray();
  }
}
