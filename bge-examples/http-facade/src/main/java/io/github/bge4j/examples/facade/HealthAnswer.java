package io.github.bge4j.examples.facade;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.bge4j.Device;
import io.github.bge4j.Precision;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** What {@code /health} says. */
record HealthAnswer(FacadeSettings settings, ModelHolder models) implements Answer {

  /** Returns whether the embedder cannot run on the card that was found. */
  private boolean fellBack() {
    return settings.device().isCuda()
        && models.embedderLoaded()
        && models.embedder().device().stream()
            .anyMatch(choice -> choice.devices().contains(Device.cpu()));
  }

  private Precision precision() {
    return fellBack() ? Precision.FP32 : settings.precision();
  }

  @Override
  public void write(JsonGenerator json) throws IOException {
    List<String> reasons = models.reasons();
    json.writeStartObject();
    json.writeStringField("status", reasons.isEmpty() ? "ok" : "degraded");
    json.writeStringField("service", settings.serviceName());
    json.writeBooleanField("embedder_loaded", models.embedderLoaded());
    json.writeBooleanField("reranker_loaded", models.rerankerLoaded());
    json.writeStringField("device", fellBack() ? "cpu" : settings.device().name());
    json.writeStringField("precision", precision().name().toLowerCase(Locale.ROOT));
    json.writeObjectFieldStart("sparse");
    json.writeStringField("mapping", settings.sparseMapping());
    json.writeNumberField("index_space", settings.sparseIndexSpace());
    json.writeEndObject();
    json.writeArrayFieldStart("reasons");
    for (String reason : reasons) {
      json.writeString(reason);
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
