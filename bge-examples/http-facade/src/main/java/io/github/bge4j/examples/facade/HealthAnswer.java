package io.github.bge4j.examples.facade;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.bge4j.Precision;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** What {@code /health} says. */
record HealthAnswer(String service, Precision precision, ModelHolder models) implements Answer {

  @Override
  public void write(JsonGenerator json) throws IOException {
    List<String> reasons = models.reasons();
    json.writeStartObject();
    json.writeStringField("status", reasons.isEmpty() ? "ok" : "degraded");
    json.writeStringField("service", service);
    json.writeBooleanField("embedder_loaded", models.embedderLoaded());
    json.writeBooleanField("reranker_loaded", models.rerankerLoaded());
    json.writeStringField("device", "cpu");
    json.writeStringField("precision", precision.name().toLowerCase(Locale.ROOT));
    json.writeArrayFieldStart("reasons");
    for (String reason : reasons) {
      json.writeString(reason);
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
