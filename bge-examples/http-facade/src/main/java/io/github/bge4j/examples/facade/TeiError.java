package io.github.bge4j.examples.facade;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/**
 * An error in the form of text-embeddings-inference.
 *
 * @param status HTTP status, one of those that its clients know
 * @param type its word for the kind of error
 */
record TeiError(int status, String type, String message) implements Answer {

  static TeiError of(ApiException error) {
    String message = error.message();
    return switch (error.status()) {
      case 400 ->
        error.code().equals("empty_text")
            ? new TeiError(400, "Empty", message)
            : new TeiError(413, "Validation", message);
      case 413 -> new TeiError(413, "Validation", message);
      case 422 -> new TeiError(422, "Tokenizer", message);
      case 429 -> new TeiError(429, "Overloaded", message);
      case 503 -> new TeiError(503, "Unhealthy", message);
      default -> new TeiError(424, "Backend", message);
    };
  }

  @Override
  public void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("error", message);
    json.writeStringField("error_type", type);
    json.writeEndObject();
  }
}
