package io.github.bge4j.examples.facade;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a {@code .env} file: {@code KEY=VALUE} lines, {@code #} comments after white space, and
 * quotes as in a shell; nothing is put in for {@code $}.
 */
final class DotEnv {

  private static final String EXPORT = "export ";
  private static final Pattern QUOTED =
      Pattern.compile("\\s*(?:\"((?:[^\"\\\\]++|\\\\.)*)\"|'([^']*)')");
  private static final Pattern ESCAPED = Pattern.compile("\\\\([\"\\\\$`])");
  private static final Pattern COMMENT = Pattern.compile("\\s#.*");

  private DotEnv() {}

  /** Returns what the file sets; nothing if there is no file. */
  static Map<String, String> read(Path file) {
    if (!Files.isRegularFile(file)) {
      return Map.of();
    }
    try {
      return parse(file.toString(), Files.readAllLines(file));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          file + " must be a readable UTF-8 file (" + e + "); correct or remove it", e);
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
          value(line.substring(equals + 1)));
    }
    return values;
  }

  private static String value(String text) {
    Matcher quoted = QUOTED.matcher(text);
    if (!quoted.lookingAt()) {
      return COMMENT.matcher(text).replaceFirst("").strip();
    }
    String literal = quoted.group(2);
    return literal != null ? literal : ESCAPED.matcher(quoted.group(1)).replaceAll("$1");
  }
}
