package io.github.bge4j.testing.hub;

import com.google.gson.JsonElement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** An answer on its way out: made by a site, spoilt by faults, sent once. Not thread-safe. */
final class Answer {

  int status;
  final Map<String, String> headers = new LinkedHashMap<>();
  Content body = Content.of("");

  /** If there is one, it is sent in place of the body. */
  @Nullable JsonElement json;

  /** Whether a Range header is obeyed; the ETag is the one of the headers. */
  boolean ranges;

  /** Whether nothing is sent, not even a status. */
  boolean dropped;

  /** How many of the bytes that are due are sent before the connection is closed. */
  LongUnaryOperator cut = due -> due;

  /** How many bytes more than that the Content-Length promises. */
  long lengthError;

  /** Whether the first byte that is sent is wrong. */
  boolean corrupt;

  int pieceBytes = Integer.MAX_VALUE;

  /** Where a piece of the body ends in any case. */
  long pieceEnd;

  Pace pace = Pace.FULL;

  Answer(int status) {
    this.status = status;
  }

  static Answer json(JsonElement json) {
    Answer answer = new Answer(200).header("Content-Type", "application/json; charset=utf-8");
    answer.json = json;
    return answer;
  }

  static Answer text(int status, String type, String text) {
    Answer answer = new Answer(status);
    answer.replaceBody(type, Content.of(text));
    return answer;
  }

  static Answer redirect(int status, String location) {
    return text(status, "text/plain; charset=utf-8", "Found. Redirecting to " + location)
        .header("Location", location);
  }

  Answer header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  void replaceBody(String type, Content content) {
    header("Content-Type", type);
    body = content;
    json = null;
    ranges = false;
  }

  /** Becomes another answer; how it is sent stays. */
  void become(Answer other) {
    status = other.status;
    headers.clear();
    headers.putAll(other.headers);
    body = other.body;
    json = other.json;
    ranges = other.ranges;
  }

  Content content() {
    return json == null ? body : Content.of(json.toString());
  }
}
