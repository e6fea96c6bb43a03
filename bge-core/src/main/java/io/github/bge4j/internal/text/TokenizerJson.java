package io.github.bge4j.internal.text;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * JSON of a file that nobody vouches for: bounded depth and count, no key twice, no half of a
 * surrogate pair. Uses of gson only what its version 2.2.4 has. Not thread-safe.
 *
 * <p>What it finds is said by an {@link IOException}; {@link TokenizerFile} adds the file's name.
 */
final class TokenizerJson implements Closeable {

  private static final int MAX_DEPTH = 16;
  private static final int MAX_VALUES = 200_000;
  private static final int MAX_NUMBER_LENGTH = 40;
  private static final int MAX_EXPONENT = 400;

  private final JsonReader reader;
  private int values;

  TokenizerJson(byte[] content) {
    reader = new JsonReader(new InputStreamReader(
        new ByteArrayInputStream(content), StandardCharsets.UTF_8.newDecoder()));
  }

  /** Gives the value of one key of an object; must read it. */
  interface Field {
    void read(String key) throws IOException;
  }

  /** Gives the next item of a list; must read it. */
  interface Item {
    void read() throws IOException;
  }

  /** Reads an object that is too large to keep, key by key; the caller sees to equal keys. */
  void forEachField(Field field) throws IOException {
    reader.beginObject();
    while (reader.hasNext()) {
      field.read(checked(reader.nextName()));
    }
    reader.endObject();
  }

  /** Reads a list that is too large to keep, item by item. */
  void forEachItem(Item item) throws IOException {
    reader.beginArray();
    while (reader.hasNext()) {
      item.read();
    }
    reader.endArray();
  }

  boolean atList() throws IOException {
    return reader.peek() == JsonToken.BEGIN_ARRAY;
  }

  boolean atEnd() throws IOException {
    return reader.peek() == JsonToken.END_DOCUMENT;
  }

  String string() throws IOException {
    if (reader.peek() != JsonToken.STRING) {
      throw new IOException("a string is wanted where " + reader.peek() + " stands");
    }
    return checked(reader.nextString());
  }

  BigDecimal number() throws IOException {
    BigDecimal number = new BigDecimal(digits());
    // A large exponent takes unbounded memory to write.
    if (Math.abs(number.scale()) > MAX_EXPONENT) {
      throw new IOException("a number is too large or too small: " + number);
    }
    return number;
  }

  /** Reads a number as it stands, so that it can be written again without a change. */
  String digits() throws IOException {
    if (reader.peek() != JsonToken.NUMBER) {
      throw new IOException("a number is wanted where " + reader.peek() + " stands");
    }
    String digits = reader.nextString();
    if (digits.length() > MAX_NUMBER_LENGTH) {
      throw new IOException("a number is too long: " + TokenizerFile.quote(digits));
    }
    return digits;
  }

  /** Returns a string as JSON has it. */
  static String literal(String text) {
    return append(new StringBuilder(), text).toString();
  }

  /** Writes a string. */
  static StringBuilder append(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ') {
        out.append(c < 0x10 ? "\\u000" : "\\u00").append(Integer.toHexString(c));
      } else {
        out.append(c == '"' || c == '\\' ? "\\" : "").append(c);
      }
    }
    return out.append('"');
  }

  /**
   * Reads a small value whole: {@link Fields} for an object, a list, string, number or boolean.
   *
   * @param where what messages call it
   * @return null for null
   */
  @Nullable Object value(String where) throws IOException {
    return value(where, 0);
  }

  private @Nullable Object value(String where, int depth) throws IOException {
    if (depth > MAX_DEPTH || ++values > MAX_VALUES) {
      throw new IOException(
          where + " has more than " + MAX_DEPTH + " levels or " + MAX_VALUES + " values");
    }
    JsonToken next = reader.peek();
    if (next == JsonToken.BEGIN_OBJECT) {
      return object(where, depth);
    }
    if (next == JsonToken.BEGIN_ARRAY) {
      return list(where, depth);
    }
    if (next == JsonToken.STRING) {
      return string();
    }
    if (next == JsonToken.BOOLEAN) {
      return reader.nextBoolean();
    }
    if (next == JsonToken.NUMBER) {
      return number();
    }
    if (next != JsonToken.NULL) {
      throw new IOException(where + " is not complete");
    }
    reader.nextNull();
    return null;
  }

  private Fields object(String where, int depth) throws IOException {
    Map<String, Object> fields = new HashMap<>();
    Set<String> keys = new HashSet<>();
    forEachField(key -> {
      if (!keys.add(key)) {
        throw new IOException(where + " has the key " + TokenizerFile.quote(key) + " twice");
      }
      Object value = value(where + "." + TokenizerFile.cut(key), depth + 1);
      // A field that is null counts as absent, as Hugging Face has it.
      if (value != null) {
        fields.put(key, value);
      }
    });
    return new Fields(where, fields);
  }

  private List<Object> list(String where, int depth) throws IOException {
    List<Object> items = new ArrayList<>();
    forEachItem(() -> {
      String at = where + "[" + items.size() + "]";
      Object value = value(at, depth + 1);
      if (value == null) {
        throw new IOException(at + " is null");
      }
      items.add(value);
    });
    return items;
  }

  /** A text that has no form in UTF-8 would mean another token to the native library. */
  private static String checked(String text) throws IOException {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (!Character.isSurrogatePair(
            text.charAt(i), i + 1 < text.length() ? text.charAt(i + 1) : 0)) {
          throw new IOException(
              "a string has half of a surrogate pair: " + TokenizerFile.quote(text));
        }
        i++;
      }
    }
    return text;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
