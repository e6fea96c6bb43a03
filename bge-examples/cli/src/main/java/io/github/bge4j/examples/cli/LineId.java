package io.github.bge4j.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * The id of a line that is a JSON object: its "_id", or else its "id", a string or a whole number.
 *
 * @param key the name that it has in the object
 */
record LineId(String key, String value) {

  /** Returns the id of an object, or null if there is none. */
  static @Nullable LineId of(String file, Line line, JsonNode object) {
    String key = object.hasNonNull("_id") ? "_id" : "id";
    if (!object.hasNonNull(key)) {
      return null;
    }
    JsonNode id = object.path(key);
    if (!id.isTextual() && !id.isIntegralNumber()) {
      throw refusal(
          file,
          line,
          "\"" + key + "\" must be a string or a whole number: found "
              + (id.isNumber() ? "a fraction" : JsonLineParser.kind(id)));
    }
    if (id.asText().isBlank()) {
      throw refusal(file, line, "\"" + key + "\" must not be blank: it is");
    }
    return new LineId(key, id.asText());
  }

  /**
   * Returns the id of an object that must have one.
   *
   * @param what the object is, for messages
   */
  static LineId required(String file, Line line, JsonNode object, String what) {
    LineId id = of(file, line, object);
    if (id == null) {
      throw refusal(
          file, line, "each " + what + " of a data set must have an \"_id\": it has none");
    }
    return id;
  }

  /** Returns what to throw if an earlier line has the same. */
  UsageException twice(String file, Line line) {
    return UsageException.at(
        file, line.number(), "\"" + key + "\" must be unique: an earlier line has it; rename one");
  }

  private static UsageException refusal(String file, Line line, String message) {
    return UsageException.at(file, line.number(), message + "; correct the line");
  }
}
