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
    json.writeStringField("type", error.status() < 500 ? "invalid_request_error" : "server_error");
    json.writeStringField("param", error.param());
    json.writeStringField("code", error.code());
    json.writeEndObject();
    if (error.status() == 422) {
      writeDetails(json);
    } else {
      json.writeStringField("detail", error.message());
    }
    json.writeEndObject();
  }

  private void writeDetails(JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("detail");
    json.writeStartObject();
    json.writeStringField("type", error.code());
    json.writeArrayFieldStart("loc");
    json.writeString("body");
    String param = error.param();
    if (param != null) {
      json.writeString(param);
    }
    json.writeEndArray();
    json.writeStringField("msg", error.message());
    json.writeEndObject();
    json.writeEndArray();
  }
}
