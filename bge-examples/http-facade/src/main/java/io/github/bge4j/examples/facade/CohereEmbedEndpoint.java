package io.github.bge4j.examples.facade;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.bge4j.Output;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Dense vectors in the shapes of Cohere's embed, versions 1 and 2. {@code input_type} makes no
 * difference: texts are embedded as they are.
 */
final class CohereEmbedEndpoint implements Endpoint {

  /** Whether vectors have the names of their types even if the request names none. */
  private final boolean alwaysByType;

  private final FacadeSettings settings;
  private final ModelHolder models;

  CohereEmbedEndpoint(boolean alwaysByType, FacadeSettings settings, ModelHolder models) {
    this.alwaysByType = alwaysByType;
    this.settings = settings;
    this.models = models;
  }

  @Override
  public CompletableFuture<Embeddings> answer(RequestBody body) {
    List<String> asked = body.strings("texts");
    Texts.checkCount("texts", asked.size(), settings);
    Texts texts = Texts.checked("texts", asked, settings);
    Set<CohereType> types = types(body);
    boolean byType = alwaysByType || body.field("embedding_types") != null;
    boolean cuts = cuts(body.string("truncate", "END"));
    Integer dimension = body.positive("output_dimension");
    TextModel model = models.embedder();
    EmbeddingEndpoint.checkDimensions(dimension, model.dimension());
    return Futures.map(
        EmbeddingEndpoint.embed(texts, model, settings, Set.of(Output.DENSE)),
        vectors -> checkCut(cuts, new Embeddings(alwaysByType, byType, types, texts, vectors)));
  }

  private static Set<CohereType> types(RequestBody body) {
    Set<CohereType> types = EnumSet.noneOf(CohereType.class);
    body.strings("embedding_types").forEach(name -> types.add(CohereType.of(name)));
    return types.isEmpty() ? EnumSet.of(CohereType.FLOAT) : types;
  }

  private static boolean cuts(String truncate) {
    return switch (truncate.toUpperCase(Locale.ROOT)) {
      case "END" -> true;
      case "NONE" -> false;
      default ->
        throw ApiException.value(
            "truncate",
            "truncate",
            "truncate must be END or NONE: texts lose their end only; leave it out");
    };
  }

  private static Embeddings checkCut(boolean cuts, Embeddings answer) {
    if (!cuts && answer.truncated() > 0) {
      throw ApiException.value(
          "too_long",
          "texts",
          "texts must not be longer than the model or MAX_TEXT_CHARS allow: " + answer.truncated()
              + " were; send shorter ones or \"truncate\": \"END\"");
    }
    return answer;
  }

  /** Vectors by their types, or floats alone as version 1 has them. */
  record Embeddings(
      boolean second, boolean byType, Set<CohereType> types, Texts texts, List<TextVectors> vectors)
      implements Answer {

    @Override
    public int truncated() {
      return EmbeddingAnswer.truncated(texts, vectors);
    }

    @Override
    public void write(JsonGenerator json) throws IOException {
      json.writeStartObject();
      json.writeStringField("id", UUID.randomUUID().toString());
      json.writeStringField("response_type", byType ? "embeddings_by_type" : "embeddings_floats");
      json.writeFieldName("embeddings");
      if (byType) {
        json.writeStartObject();
        for (CohereType type : types) {
          json.writeFieldName(type.label());
          writeVectors(json, type);
        }
        json.writeEndObject();
      } else {
        writeVectors(json, CohereType.FLOAT);
      }
      json.writeArrayFieldStart("texts");
      for (String text : texts.texts()) {
        json.writeString(text);
      }
      json.writeEndArray();
      writeMeta(json);
      json.writeEndObject();
    }

    private void writeVectors(JsonGenerator json, CohereType type) throws IOException {
      json.writeStartArray();
      for (TextVectors text : vectors) {
        type.write(json, Objects.requireNonNull(text.dense(), "dense was asked for"));
      }
      json.writeEndArray();
    }

    private void writeMeta(JsonGenerator json) throws IOException {
      json.writeObjectFieldStart("meta");
      json.writeObjectFieldStart("api_version");
      json.writeStringField("version", second ? "2" : "1");
      json.writeEndObject();
      json.writeObjectFieldStart("billed_units");
      json.writeNumberField(
          "input_tokens", vectors.stream().mapToLong(TextVectors::tokens).sum());
      json.writeEndObject();
      json.writeEndObject();
    }
  }
}
