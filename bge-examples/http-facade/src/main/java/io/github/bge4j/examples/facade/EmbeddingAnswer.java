package io.github.bge4j.examples.facade;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.bge4j.MultiVector;
import io.github.bge4j.Token;
import io.github.bge4j.examples.facade.EmbeddingEndpoint.Shape;
import io.github.bge4j.sparse.SparseVector;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Vectors of a request's texts, in the order of its input.
 *
 * @param tokens of each text; empty if they are not wanted
 */
record EmbeddingAnswer(
    Shape shape,
    FacadeSettings settings,
    String model,
    boolean base64,
    Input input,
    List<TextVectors> vectors,
    List<List<Token>> tokens)
    implements Answer {

  @Override
  public int truncated() {
    return truncated(input, vectors);
  }

  /** Counts the texts that lost their end, before the model or in it. */
  static int truncated(Input input, List<TextVectors> vectors) {
    return (int) IntStream.range(0, vectors.size())
        .filter(i -> input.cut(i) || vectors.get(i).truncated())
        .count();
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
      Json.writeVector(json, dense, base64);
    }
    SparseVector weights = text.weights();
    if (weights != null) {
      writeSparse(json, weights);
    }
    MultiVector rows = text.multiVector();
    if (rows != null) {
      json.writeFieldName("colbert");
      Json.writeRows(json, rows, base64);
    }
    if (!tokens.isEmpty()) {
      writeTokens(json, tokens.get(index), text.tokenWeights());
    }
    if (input.cut(index) || text.truncated()) {
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
    Json.writeFloats(json, sparse.values());
    json.writeStringField("mapping", settings.sparseMapping());
    json.writeNumberField("index_space", settings.sparseIndexSpace());
    json.writeEndObject();
  }

  private static void writeTokens(
      JsonGenerator json, List<Token> tokens, @Nullable SparseVector weights) throws IOException {
    Map<Long, Float> weightOf = weights == null ? Map.of() : weights.toMap();
    json.writeArrayFieldStart("tokens");
    for (Token token : tokens) {
      json.writeStartObject();
      Json.writeToken(json, token);
      Float weight = weightOf.get((long) token.id());
      if (weight != null && !token.special()) {
        json.writeFieldName("weight");
        json.writeNumber(FloatText.of(weight));
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
