package io.github.bge4j.examples.facade;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.bge4j.examples.facade.EmbeddingEndpoint.Shape;
import io.github.bge4j.sparse.SparseVector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Vectors of a request's texts, in the order of its input. */
record EmbeddingAnswer(
    Shape shape,
    FacadeSettings settings,
    String model,
    boolean base64,
    Input input,
    List<TextVectors> vectors)
    implements Answer {

  @Override
  public int truncated() {
    int count = 0;
    for (int i = 0; i < vectors.size(); i++) {
      count += truncated(i) ? 1 : 0;
    }
    return count;
  }

  private boolean truncated(int index) {
    return input.cut(index) || vectors.get(index).truncated();
  }

  @Override
  public void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    if (shape == Shape.OPENAI) {
      json.writeStringField("object", "list");
    }
    json.writeStringField("model", model);
    json.writeArrayFieldStart("data");
    long tokens = 0;
    for (int i = 0; i < vectors.size(); i++) {
      writeItem(json, i);
      tokens += vectors.get(i).tokens();
    }
    json.writeEndArray();
    writeUsage(json, tokens);
    json.writeEndObject();
  }

  /** Writes the token counts, which OpenAI's and Jina's clients read. */
  static void writeUsage(JsonGenerator json, long tokens) throws IOException {
    json.writeObjectFieldStart("usage");
    json.writeNumberField("prompt_tokens", tokens);
    json.writeNumberField("total_tokens", tokens);
    json.writeEndObject();
  }

  private void writeItem(JsonGenerator json, int index) throws IOException {
    TextVectors text = vectors.get(index);
    json.writeStartObject();
    if (shape == Shape.OPENAI) {
      json.writeStringField("object", "embedding");
    }
    json.writeNumberField("index", index);
    float[] dense = text.dense();
    if (dense != null) {
      json.writeFieldName(shape == Shape.OPENAI ? "embedding" : "dense");
      if (base64) {
        json.writeBinary(littleEndian(dense));
      } else {
        writeFloats(json, dense);
      }
    }
    SparseVector weights = text.weights();
    if (weights != null) {
      writeSparse(json, weights);
    }
    if (truncated(index)) {
      json.writeBooleanField("truncated", true);
    }
    json.writeEndObject();
  }

  private void writeSparse(JsonGenerator json, SparseVector sparse) throws IOException {
    json.writeObjectFieldStart("sparse");
    json.writeArrayFieldStart("indices");
    for (int index : sparse.indices()) {
      json.writeNumber(Integer.toUnsignedLong(index));
    }
    json.writeEndArray();
    json.writeFieldName("values");
    writeFloats(json, sparse.values());
    json.writeStringField("mapping", settings.sparseMapping());
    json.writeNumberField("index_space", settings.sparseIndexSpace());
    json.writeEndObject();
  }

  private static void writeFloats(JsonGenerator json, float[] values) throws IOException {
    json.writeStartArray();
    for (float value : values) {
      json.writeNumber(FloatText.of(value));
    }
    json.writeEndArray();
  }

  private static byte[] littleEndian(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }
}
