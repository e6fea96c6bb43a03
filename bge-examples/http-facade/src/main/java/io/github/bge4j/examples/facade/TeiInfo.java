package io.github.bge4j.examples.facade;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.bge4j.Output;
import java.io.IOException;
import java.util.Locale;

/**
 * What {@code /info} of text-embeddings-inference says of the embedder, and what it does not:
 * device, outputs and reranker. The limit of tokens is there once the model is loaded.
 */
record TeiInfo(FacadeSettings settings, ModelHolder models) implements Answer {

  @Override
  public void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("model_id", settings.embeddingModel());
    json.writeNullField("model_sha");
    json.writeStringField("model_dtype", dtype());
    json.writeObjectFieldStart("model_type");
    json.writeObjectFieldStart("embedding");
    json.writeStringField("pooling", "cls");
    json.writeEndObject();
    json.writeEndObject();
    json.writeNumberField("max_concurrent_requests", settings.microbatch().maxQueuedItems());
    if (models.embedderLoaded()) {
      json.writeNumberField("max_input_length", models.embedder().maxTokens());
    } else {
      json.writeNullField("max_input_length");
    }
    json.writeNumberField("max_client_batch_size", settings.maxBatchSize());
    json.writeBooleanField("auto_truncate", true);
    json.writeStringField("reranker_model_id", settings.rerankerModel());
    json.writeArrayFieldStart("outputs");
    if (models.embedderLoaded()) {
      for (Output output : models.embedder().outputs()) {
        json.writeString(
            output == Output.MULTI_VECTOR ? "colbert" : output.name().toLowerCase(Locale.ROOT));
      }
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private String dtype() {
    return settings.precision().name().toLowerCase(Locale.ROOT).replace("fp", "float");
  }
}
