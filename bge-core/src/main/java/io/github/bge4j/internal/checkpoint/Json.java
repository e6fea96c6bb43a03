package io.github.bge4j.internal.checkpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.github.bge4j.ModelException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * JSON with bounded depth, size and count, in which no key comes twice.
 *
 * <p>Of gson, only what version 2.2.4 has is used: the parents of our class loader may bring that
 * one.
 */
final class Json {

  private static final int MAX_DEPTH = 32;
  private static final int MAX_VALUES = 200_000;
  private static final int MAX_NUMBER_LENGTH = 64;
  private static final Pattern WHOLE = Pattern.compile("-?\\d{1,18}");

  private final JsonReader reader;
  private int values;

  private Json(JsonReader reader) {
    this.reader = reader;
  }

  /**
   * Parses a region.
   *
   * @param what what messages call it
   * @throws ModelException if it is not one JSON object
   */
  static JsonObject parse(Region region, String what) {
    return parse(region, what, JsonObject.class, "object");
  }

  /**
   * Parses a region that holds a list.
   *
   * @param what what messages call it
   * @throws ModelException if it is not one JSON array
   */
  static JsonArray parseArray(Region region, String what) {
    return parse(region, what, JsonArray.class, "array");
  }

  private static <T extends JsonElement> T parse(
      Region region, String what, Class<T> type, String typeName) {
    try {
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(region.readIndex(what)).toString();
      checkStrings(text);
      JsonReader reader = new JsonReader(new StringReader(text));
      JsonElement root = new Json(reader).read(0);
      if (reader.peek() != JsonToken.END_DOCUMENT || !type.isInstance(root)) {
        throw new IOException("it is not one " + typeName);
      }
      return type.cast(root);
    } catch (IOException | IllegalStateException | NumberFormatException e) {
      throw new ModelException(
          what + " must be a JSON " + typeName + ": " + e.getMessage() + ", in " + region.name()
              + "; the file is damaged, get it again",
          e);
    }
  }

  /** Gson takes line ends and other control characters in strings, which are none of JSON. */
  private static void checkStrings(String text) throws IOException {
    boolean inString = false;
    boolean escaped = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (inString && c < ' ') {
        throw new IOException("a string has a control character");
      }
      if (c == '"' && !escaped) {
        inString = !inString;
      }
      escaped = inString && c == '\\' && !escaped;
    }
  }

  private JsonElement read(int depth) throws IOException {
    if (depth > MAX_DEPTH || ++values > MAX_VALUES) {
      throw new IOException(
          "it has more than " + MAX_DEPTH + " levels or " + MAX_VALUES + " values");
    }
    JsonToken next = reader.peek();
    if (next == JsonToken.BEGIN_OBJECT) {
      return readObject(depth);
    }
    if (next == JsonToken.BEGIN_ARRAY) {
      return readArray(depth);
    }
    if (next == JsonToken.STRING) {
      return new JsonPrimitive(reader.nextString());
    }
    if (next == JsonToken.BOOLEAN) {
      return new JsonPrimitive(reader.nextBoolean());
    }
    if (next == JsonToken.NUMBER) {
      return new JsonPrimitive(readNumber());
    }
    if (next == JsonToken.NULL) {
      reader.nextNull();
      return JsonNull.INSTANCE;
    }
    throw new IOException("a value is missing");
  }

  private JsonObject readObject(int depth) throws IOException {
    JsonObject object = new JsonObject();
    reader.beginObject();
    while (reader.hasNext()) {
      String key = reader.nextName();
      if (object.has(key)) {
        throw new IOException("a key comes twice: " + key);
      }
      object.add(key, read(depth + 1));
    }
    reader.endObject();
    return object;
  }

  private JsonArray readArray(int depth) throws IOException {
    JsonArray array = new JsonArray();
    reader.beginArray();
    while (reader.hasNext()) {
      array.add(read(depth + 1));
    }
    reader.endArray();
    return array;
  }

  /** Long numbers take quadratic time to convert. */
  private Number readNumber() throws IOException {
    String number = reader.nextString();
    if (number.length() > MAX_NUMBER_LENGTH) {
      throw new IOException("a number has " + number.length() + " characters");
    }
    if (WHOLE.matcher(number).matches()) {
      return Long.valueOf(number);
    }
    return Double.valueOf(number);
  }
}
