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
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Typed fields of a JSON object. A field that is null counts as absent, as Hugging Face has it.
 *
 * @param file what messages call the file
 */
record JsonFields(JsonObject object, String file) {

  private static final int MAX_QUOTED = 80;

  static JsonFields read(Region source) {
    return new JsonFields(Json.parse(source, "a configuration"), source.name());
  }

  /** Reads a file that holds a list of objects. */
  static List<JsonFields> readList(Region source) {
    List<JsonFields> list = new ArrayList<>();
    for (JsonElement item : Json.parseArray(source, "a list of settings")) {
      if (!item.isJsonObject()) {
        throw new ModelException("every item of the list must be an object: " + quote(item)
            + ", in " + source.name() + "; the file is damaged");
      }
      list.add(new JsonFields(item.getAsJsonObject(), source.name()));
    }
    return list;
  }

  /**
   * Refuses fields that nothing is known of: they may decide about what a vector means.
   *
   * @param known all fields that are understood
   */
  void requireOnly(Set<String> known) {
    for (String name : names()) {
      if (has(name) && !known.contains(name)) {
        throw new ModelException("settings must be among " + new TreeSet<>(known)
            + ": " + name + " is " + quote(object.get(name)) + ", in " + file
            + "; it may change what vectors mean, and is not supported");
      }
    }
  }

  /** Refuses a setting that is there and not empty. */
  void requireEmpty(String name) {
    JsonElement value = find(name);
    boolean empty = value == null
        || (value.isJsonObject() && value.getAsJsonObject().entrySet().isEmpty())
        || (value.isJsonArray() && value.getAsJsonArray().size() == 0);
    if (!empty) {
      throw new ModelException(name + " must be absent or empty: " + quote(value) + ", in " + file
          + "; it may change what vectors mean, and is not supported");
    }
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

  /** Reads tokens: a list of them, or an object that has them as values; an absent one is empty. */
  List<String> tokens(String name) {
    JsonElement value = find(name);
    List<JsonElement> items = new ArrayList<>();
    if (value != null && value.isJsonArray()) {
      value.getAsJsonArray().forEach(items::add);
    } else if (value != null && value.isJsonObject()) {
      value.getAsJsonObject().entrySet().forEach(entry -> items.add(entry.getValue()));
    } else if (value != null) {
      throw wrong(name, "a list or an object of tokens", value);
    }
    List<String> tokens = new ArrayList<>();
    for (JsonElement item : items) {
      JsonObject holder = new JsonObject();
      holder.add(name, item);
      tokens.add(new JsonFields(holder, file).token(name));
    }
    return tokens;
  }

  boolean flag(String name) {
    return flag(name, false);
  }

  /** Reads a truth value; {@code otherwise} stands in for an absent one. */
  boolean flag(String name, boolean otherwise) {
    JsonElement value = find(name);
    if (value == null) {
      return otherwise;
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

  /** Reads a number of any size. */
  double number(String name) {
    JsonElement value = find(name);
    if (value == null || !value.isJsonPrimitive() || !value.getAsJsonPrimitive().isNumber()) {
      throw wrong(name, "a number", value);
    }
    return value.getAsDouble();
  }

  /** Returns whether the field is there and a string. */
  boolean isString(String name) {
    JsonElement value = find(name);
    return value != null
        && value.isJsonPrimitive()
        && value.getAsJsonPrimitive().isString();
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
    return new ModelException(name + " must be " + rule + ": " + quote(value) + ", in " + file
        + "; the file is damaged or of another kind of model");
  }

  private static String quote(@Nullable JsonElement value) {
    String got = value == null ? "absent" : value.toString();
    return got.length() > MAX_QUOTED ? got.substring(0, MAX_QUOTED) + "..." : got;
  }
}
