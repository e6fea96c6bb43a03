package io.github.bge4j.examples.facade;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;

/**
 * What {@code /ready} says: 503 until both models serve.
 *
 * @param reasons why they do not; empty if they do
 * @param permanent whether they never will before the service is started again
 */
record ReadyAnswer(List<String> reasons, boolean permanent) implements Answer {

  static ReadyAnswer of(ModelHolder models) {
    return new ReadyAnswer(models.reasons(), models.failed());
  }

  @Override
  public int status() {
    return reasons.isEmpty() ? 200 : 503;
  }

  @Override
  public void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeBooleanField("ready", reasons.isEmpty());
    json.writeBooleanField("permanent", permanent);
    json.writeArrayFieldStart("reasons");
    for (String reason : reasons) {
      json.writeString(reason);
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
