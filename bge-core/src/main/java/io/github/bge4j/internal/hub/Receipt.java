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

  /** One file; the time is that of the file's last change, in milliseconds. */
  record Entry(String hash, long size, long modified) {}

  private final Map<String, Entry> files;
  private boolean changed;

  private Receipt(Map<String, Entry> files) {
    this.files = files;
  }

  static Receipt empty() {
    return new Receipt(new TreeMap<>());
  }

  /** Reads a receipt; an empty one stands for none, or for one that cannot be read. */
  static Receipt read(Path file) {
    try {
      Map<String, Entry> files = new TreeMap<>();
      if (new Gson().fromJson(Files.readString(file), JsonElement.class)
          instanceof JsonObject json) {
        json.entrySet().forEach(entry -> files.put(entry.getKey(), entry(entry.getValue())));
      }
      return new Receipt(files);
    } catch (IOException
        | JsonParseException
        | NumberFormatException
        | StackOverflowError e) { // old versions of gson read levels by recursion
      return empty();
    }
  }

  private static Entry entry(JsonElement json) {
    if (json instanceof JsonObject entry
        && entry.get("hash") instanceof JsonPrimitive hash
        && entry.get("size") instanceof JsonPrimitive size
        && entry.get("modified") instanceof JsonPrimitive modified) {
      return new Entry(hash.getAsString(), size.getAsLong(), modified.getAsLong());
    }
    throw new JsonParseException("an entry must have hash, size and modified");
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
    Entry entry = files.get(path);
    return entry == null ? null : FileHash.parse(entry.hash()).orElse(null);
  }

  /** Tells whether a file is as it was. */
  boolean holds(String path, Path file) throws IOException {
    Entry entry = files.get(path);
    return entry != null && entry.equals(entry(entry.hash(), file));
  }

  void put(String path, FileHash hash, Path file) throws IOException {
    files.put(path, entry(hash.hex(), file));
    changed = true;
  }

  private static Entry entry(String hash, Path file) throws IOException {
    return new Entry(hash, Files.size(file), Files.getLastModifiedTime(file).toMillis());
  }

  void write(Path file) throws IOException {
    JsonObject json = new JsonObject();
    files.forEach((path, entry) -> {
      JsonObject fields = new JsonObject();
      fields.addProperty("hash", entry.hash());
      fields.addProperty("size", entry.size());
      fields.addProperty("modified", entry.modified());
      json.add(path, fields);
    });
    TextFile.write(file, json.toString(), file.resolveSibling(""));
  }
}
