package io.github.bge4j.internal.hub;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import com.google.gson.reflect.TypeToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which files of a snapshot had the right hash, and when they were written: as long as time and
 * size stay, they are not read again. Not thread-safe.
 */
final class Receipt {

  private static final TypeToken<Map<String, Entry>> CONTENT = new TypeToken<>() {};

  /** One file; the time is that of the file's last change, in milliseconds. */
  record Entry(String hash, long size, long modified) {}

  private final Map<String, Entry> files;

  private Receipt(Map<String, Entry> files) {
    this.files = files;
  }

  static Receipt empty() {
    return new Receipt(new TreeMap<>());
  }

  /** Reads a receipt; an empty one stands for none, or for one that cannot be read. */
  static Receipt read(Path file) throws IOException {
    try {
      Map<String, Entry> files = new Gson().fromJson(Files.readString(file), CONTENT);
      return files == null ? empty() : new Receipt(new TreeMap<>(files));
    } catch (NoSuchFileException | JsonParseException e) {
      return empty();
    }
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
  }

  private static Entry entry(String hash, Path file) throws IOException {
    return new Entry(hash, Files.size(file), Files.getLastModifiedTime(file).toMillis());
  }

  void write(Path file) throws IOException {
    Path folder = Files.createDirectories(file.resolveSibling(""));
    Path unfinished = Files.createTempFile(folder, "receipt", null);
    Files.writeString(unfinished, new Gson().toJson(files));
    Files.move(
        unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
