package io.github.bge4j.examples.facade;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Environment variables by upper-case name; an empty one counts as not set. Immutable. */
final class Variables {

  private final Map<String, String> values = new HashMap<>();

  /** Takes both; {@code first} wins. */
  Variables(Map<String, String> first, Map<String, String> second) {
    second.forEach(this::put);
    first.forEach(this::put);
  }

  private void put(String name, String value) {
    if (!value.isBlank()) {
      values.put(name.toUpperCase(Locale.ROOT), value.strip());
    }
  }

  @Nullable String text(String name) {
    return values.get(name);
  }

  String text(String name, String fallback) {
    return values.getOrDefault(name, fallback);
  }

  int number(String name, int fallback, int least, int most) {
    String value = values.get(name);
    if (value == null) {
      return fallback;
    }
    try {
      int number = Integer.parseInt(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(rule(name, least, most, value), e);
    }
    throw new IllegalArgumentException(rule(name, least, most, value));
  }

  /** Returns a number, or null if it is not set. */
  @Nullable Integer number(String name, int least, int most) {
    return values.containsKey(name) ? number(name, least, least, most) : null;
  }

  private static String rule(String name, int least, int most, String value) {
    return name + " must be a whole number from " + least + " to " + most + ": " + value
        + "; correct it or leave it unset";
  }

  boolean flag(String name, boolean fallback) {
    String value = values.get(name);
    if (value == null) {
      return fallback;
    }
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "true", "1", "yes", "on", "t", "y" -> true;
      case "false", "0", "no", "off", "f", "n" -> false;
      default ->
        throw new IllegalArgumentException(
            name + " must be true or false: " + value + "; correct it or leave it unset");
    };
  }

  /** Returns one of the allowed words, whatever its case was. */
  String word(String name, String fallback, List<String> allowed) {
    String value = text(name, fallback);
    return allowed.stream()
        .filter(value::equalsIgnoreCase)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(
            name + " must be one of " + allowed + ": " + value + "; correct it or leave it unset"));
  }
}
