package io.github.bge4j.examples.facade;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;

/** What {@code /health} says. */
record HealthAnswer(String service, ModelHolder models) implements Answer {

  @Override
  public void write(JsonGenerator json) throws IOException {
    List<String> reasons = models.reasons();
    json.writeStartObject();
    json.writeStringField("status", reasons.isEmpty() ? "ok" : "degraded");
    json.writeStringField("service", service);
    json.writeBooleanField("embedder_loaded", models.embedderLoaded());
    json.writeBooleanField("reranker_loaded", models.rerankerLoaded());
    json.writeStringField("device", "cpu");
    json.writeArrayFieldStart("reasons");
    for (String reason : reasons) {
      json.writeString(reason);
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
