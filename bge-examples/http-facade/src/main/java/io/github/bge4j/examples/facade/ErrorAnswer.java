package io.github.bge4j.examples.facade;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** OpenAI's {@code error} and FastAPI's {@code detail} in one object. */
record ErrorAnswer(ApiException error) implements Answer {

  @Override
  public void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeObjectFieldStart("error");
    json.writeStringField("message", error.message());
    json.writeStringField("type", isOurs() ? "server_error" : "invalid_request_error");
    json.writeStringField("param", error.param());
    json.writeStringField("code", error.code());
    json.writeEndObject();
    if (error.status() == 400 || error.status() == 422) {
      json.writeArrayFieldStart("detail");
      for (Fault fault : error.faults()) {
        fault.write(json);
      }
      json.writeEndArray();
    } else {
      json.writeStringField("detail", error.message());
    }
    json.writeEndObject();
  }

  /** Tells whether the service is to blame, not the request. */
  private boolean isOurs() {
    return error.status() >= 500 || error.status() == ModelSlot.FAILED;
  }
}
