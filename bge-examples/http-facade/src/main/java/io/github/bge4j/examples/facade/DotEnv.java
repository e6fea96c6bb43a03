package io.github.bge4j.examples.facade;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads a {@code .env} file: {@code KEY=VALUE} lines, {@code #} comments, optional quotes. */
final class DotEnv {

  private static final String EXPORT = "export ";

  private DotEnv() {}

  /** Returns what the file sets; nothing if there is no file. */
  static Map<String, String> read(Path file) {
    if (!Files.isRegularFile(file)) {
      return Map.of();
    }
    try {
      return parse(file.toString(), Files.readAllLines(file));
    } catch (IOException e) {
      throw new UncheckedIOException(file + " must be a readable UTF-8 file", e);
    }
  }

  static Map<String, String> parse(String name, List<String> lines) {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      int equals = line.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException(
            name + " line " + (i + 1) + " must be KEY=VALUE or a # comment; correct it");
      }
      String key = line.substring(0, equals).strip();
      values.put(
          key.startsWith(EXPORT) ? key.substring(EXPORT.length()).strip() : key,
          value(line.substring(equals + 1).strip()));
    }
    return values;
  }

  private static String value(String text) {
    char first = text.isEmpty() ? ' ' : text.charAt(0);
    if (first == '"' || first == '\'') {
      int end = text.indexOf(first, 1);
      return end < 0 ? text : text.substring(1, end);
    }
    int comment = text.indexOf(" #");
    return comment < 0 ? text : text.substring(0, comment).strip();
  }
}
