package io.github.bge4j.examples.facade;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong with a request.
 *
 * @param code FastAPI's word for the kind of mistake, or OpenAI's code
 * @param param the field at fault, such as {@code input[1]}, or null
 */
record Fault(String code, @Nullable String param, String message) {

  private static final Pattern STEP = Pattern.compile("(\\d+)|[^\\[\\].]+");

  /** Writes it as FastAPI does, with its place step by step. */
  void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("type", code);
    json.writeArrayFieldStart("loc");
    json.writeString("body");
    Matcher step = STEP.matcher(param == null ? "" : param);
    while (step.find()) {
      if (step.group(1) == null) {
        json.writeString(step.group());
      } else {
        json.writeNumber(Integer.parseInt(step.group()));
      }
    }
    json.writeEndArray();
    json.writeStringField("msg", message);
    json.writeEndObject();
  }
}
