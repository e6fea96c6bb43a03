package io.github.bge4j.internal.hub;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which files of a snapshot had the right hash, and when they were written: as long as time and
 * size stay, they are not read again. Not thread-safe.
 */
final class Receipt {

  /** By path: hash, size, and the time of the last change in milliseconds. */
  private final Map<String, JsonObject> files;

  private boolean changed;

  private Receipt(Map<String, JsonObject> files) {
    this.files = files;
  }

  static Receipt empty() {
    return new Receipt(new TreeMap<>());
  }

  /** Reads a receipt; an empty one stands for none, or for one that cannot be read. */
  static Receipt read(Path file) {
    try {
      Map<String, JsonObject> files = new TreeMap<>();
      if (new Gson().fromJson(Files.readString(file), JsonElement.class)
          instanceof JsonObject json) {
        json.entrySet().forEach(entry -> files.put(entry.getKey(), checked(entry.getValue())));
      }
      return new Receipt(files);
    } catch (IOException
        | JsonParseException
        | NumberFormatException
        | StackOverflowError e) { // old versions of gson read levels by recursion
      return empty();
    }
  }

  private static JsonObject checked(JsonElement json) {
    if (json instanceof JsonObject entry
        && entry.get("hash") instanceof JsonPrimitive hash
        && entry.get("size") instanceof JsonPrimitive size
        && entry.get("modified") instanceof JsonPrimitive modified) {
      return entry(hash.getAsString(), size.getAsLong(), modified.getAsLong());
    }
    throw new JsonParseException("an entry must have hash, size and modified");
  }

  private static JsonObject entry(String hash, Path file) throws IOException {
    return entry(hash, Files.size(file), Files.getLastModifiedTime(file).toMillis());
  }

  private static JsonObject entry(String hash, long size, long modified) {
    JsonObject entry = new JsonObject();
    entry.addProperty("hash", hash);
    entry.addProperty("size", size);
    entry.addProperty("modified", modified);
    return entry;
  }

  boolean isChanged() {
    return changed;
  }

  boolean isEmpty() {
    return files.isEmpty();
  }

  Set<String> paths() {
    return files.keySet();
  }

  /** Returns the hash that a file had, or null. */
  @Nullable FileHash hash(String path) {
    JsonObject entry = files.get(path);
    return entry == null
        ? null
        : FileHash.parse(entry.get("hash").getAsString()).orElse(null);
  }

  /** Tells whether a file is as it was. */
  boolean holds(String path, Path file) throws IOException {
    JsonObject entry = files.get(path);
    return entry != null && entry.equals(entry(entry.get("hash").getAsString(), file));
  }

  void put(String path, FileHash hash, Path file) throws IOException {
    files.put(path, entry(hash.hex(), file));
    changed = true;
  }

  void write(Path file) throws IOException {
    JsonObject json = new JsonObject();
    files.forEach(json::add);
    TextFile.write(file, json.toString(), file.resolveSibling(""));
  }
}
