package io.github.bge4j.internal.checkpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.bge4j.ModelException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Typed fields of a JSON object. A field that is null counts as absent, as Hugging Face has it.
 *
 * @param file what messages call the file
 */
record JsonFields(JsonObject object, String file) {

  private static final int MAX_QUOTED = 80;

  static JsonFields read(DataSource source) {
    return new JsonFields(Json.parse(source.all(), "a configuration"), source.name());
  }

  /** Returns the names in the order of the file. */
  Set<String> names() {
    return object.entrySet().stream()
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  boolean has(String name) {
    return find(name) != null;
  }

  JsonFields fields(String name) {
    JsonElement value = find(name);
    if (value == null || !value.isJsonObject()) {
      throw wrong(name, "an object", value);
    }
    return new JsonFields(value.getAsJsonObject(), file);
  }

  /** Reads a string; {@code otherwise} stands in for an absent one. */
  String string(String name, @Nullable String otherwise) {
    JsonElement value = find(name);
    if (value == null && otherwise != null) {
      return otherwise;
    }
    if (value == null || !value.isJsonPrimitive() || !value.getAsJsonPrimitive().isString()) {
      throw wrong(name, "a string", value);
    }
    return value.getAsString();
  }

  /** Reads a token: a string, or an object whose {@code content} is one. */
  String token(String name) {
    JsonElement value = find(name);
    return value != null && value.isJsonObject()
        ? fields(name).string("content", null)
        : string(name, null);
  }

  boolean flag(String name) {
    JsonElement value = find(name);
    if (value == null) {
      return false;
    }
    if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isBoolean()) {
      throw wrong(name, "true or false", value);
    }
    return value.getAsBoolean();
  }

  int integer(String name, int otherwise, int least, int most) {
    JsonElement value = find(name);
    if (value == null) {
      return otherwise;
    }
    if (!isLong(value) || value.getAsLong() < least || value.getAsLong() > most) {
      throw wrong(name, "a whole number from " + least + " to " + most, value);
    }
    return value.getAsInt();
  }

  /** Reads a number above zero and below one. */
  double fraction(String name, double otherwise) {
    JsonElement value = find(name);
    if (value == null) {
      return otherwise;
    }
    boolean number = value.isJsonPrimitive() && value.getAsJsonPrimitive().isNumber();
    if (!number || !(value.getAsDouble() > 0 && value.getAsDouble() < 1)) {
      throw wrong(name, "a number above 0 and below 1", value);
    }
    return value.getAsDouble();
  }

  /** Reads whole numbers; there must be such a field. */
  long[] longs(String name) {
    JsonArray array = array(name);
    long[] result = new long[array.size()];
    for (int i = 0; i < result.length; i++) {
      if (!isLong(array.get(i))) {
        throw wrong(name, "a list of whole numbers", array);
      }
      result[i] = array.get(i).getAsLong();
    }
    return result;
  }

  /** Reads strings; an absent list is empty. */
  List<String> strings(String name) {
    List<String> result = new ArrayList<>();
    if (has(name)) {
      JsonArray array = array(name);
      for (JsonElement item : array) {
        if (!item.isJsonPrimitive() || !item.getAsJsonPrimitive().isString()) {
          throw wrong(name, "a list of strings", array);
        }
        result.add(item.getAsString());
      }
    }
    return List.copyOf(result);
  }

  private JsonArray array(String name) {
    JsonElement value = find(name);
    if (value == null || !value.isJsonArray()) {
      throw wrong(name, "a list", value);
    }
    return value.getAsJsonArray();
  }

  private @Nullable JsonElement find(String name) {
    JsonElement value = object.get(name);
    return value == null || value.isJsonNull() ? null : value;
  }

  private static boolean isLong(JsonElement value) {
    return value.isJsonPrimitive()
        && value.getAsJsonPrimitive().isNumber()
        && value.getAsNumber() instanceof Long;
  }

  private ModelException wrong(String name, String rule, @Nullable JsonElement value) {
    String got = value == null ? "absent" : value.toString();
    String quoted = got.length() > MAX_QUOTED ? got.substring(0, MAX_QUOTED) + "..." : got;
    return new ModelException(name + " must be " + rule + ": " + quoted + ", in " + file
        + "; the file is damaged or of another kind of model");
  }
}
