package io.github.bge4j.examples.facade;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Holds answers against the schemas of a description, as far as that description uses them. */
final class OpenApi {

  private final JsonNode document;

  OpenApi(JsonNode document) {
    this.document = document;
  }

  /** Follows a reference, if there is one. */
  JsonNode resolve(JsonNode node) {
    JsonNode reference = node.path("$ref");
    if (reference.isMissingNode()) {
      return node;
    }
    JsonNode found = document.at(reference.textValue().substring(1));
    assertThat(found.isMissingNode()).as(reference.textValue()).isFalse();
    return found;
  }

  /** Returns the schema of an answer. */
  JsonNode answer(String path, String method, int status) {
    JsonNode answers = document.path("paths").path(path).path(method).path("responses");
    JsonNode answer = resolve(answers.path(String.valueOf(status)));
    JsonNode schema = answer.path("content").path("application/json").path("schema");
    assertThat(schema.isMissingNode()).as("%s %s %d", method, path, status).isFalse();
    return schema;
  }

  /** Fails unless the value has the documented type and exactly the documented fields. */
  void check(String place, JsonNode value, JsonNode schema) {
    assertThat(fits(value, schema)).as("%s: %s", place, value).isTrue();
  }

  private boolean fits(JsonNode value, JsonNode reference) {
    JsonNode schema = resolve(reference);
    if (schema.has("oneOf")) {
      int fitting = 0;
      for (JsonNode choice : schema.get("oneOf")) {
        fitting += fits(value, choice) ? 1 : 0;
      }
      return fitting == 1;
    }
    if (schema.has("const") && !schema.get("const").equals(value)) {
      return false;
    }
    if (schema.has("enum") && !contains(schema.get("enum"), value)) {
      return false;
    }
    JsonNode type = schema.path("type");
    if (!type.isMissingNode() && !hasType(value, type)) {
      return false;
    }
    return value.isArray()
        ? elementsFit(value, schema.path("items"))
        : !value.isObject() || fieldsFit(value, schema);
  }

  private boolean elementsFit(JsonNode list, JsonNode schema) {
    for (JsonNode element : list) {
      if (!fits(element, schema)) {
        return false;
      }
    }
    return true;
  }

  private boolean fieldsFit(JsonNode object, JsonNode schema) {
    assertThat(schema.path("additionalProperties").isBoolean())
        .as("answers are closed: %s", schema)
        .isTrue();
    Set<String> missing = new HashSet<>();
    schema.path("required").forEach(name -> missing.add(name.textValue()));
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      missing.remove(field.getKey());
      JsonNode documented = schema.path("properties").path(field.getKey());
      if (documented.isMissingNode() || !fits(field.getValue(), documented)) {
        return false;
      }
    }
    return missing.isEmpty();
  }

  private static boolean contains(JsonNode list, JsonNode value) {
    for (JsonNode element : list) {
      if (element.equals(value)) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasType(JsonNode value, JsonNode type) {
    if (type.isArray()) {
      for (JsonNode choice : type) {
        if (hasType(value, choice)) {
          return true;
        }
      }
      return false;
    }
    return switch (type.textValue()) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isTextual();
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      case "boolean" -> value.isBoolean();
      case "null" -> value.isNull();
      default -> throw new AssertionError("no such type: " + type);
    };
  }
}
