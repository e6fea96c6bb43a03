package io.github.bge4j.testing.hub;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The parameters of a URL, in their order. */
final class Query {

  private final Map<String, String> values = new LinkedHashMap<>();

  static Query of(@Nullable String rawQuery) {
    Query query = new Query();
    for (String pair : rawQuery == null ? new String[0] : rawQuery.split("&")) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      query.with(unescape(name), equals < 0 ? "" : unescape(pair.substring(equals + 1)));
    }
    return query;
  }

  Query with(String name, String value) {
    values.put(name, value);
    return this;
  }

  String get(String name) {
    return values.getOrDefault(name, "");
  }

  /** The Python client writes {@code true}, {@code True} or {@code 1}. */
  boolean isSet(String name) {
    return get(name).equalsIgnoreCase("true") || get(name).equals("1");
  }

  int number(String name, int otherwise) {
    return get(name).matches("[0-9]{1,9}") ? Integer.parseInt(get(name)) : otherwise;
  }

  @Override
  public String toString() {
    return values.entrySet().stream()
        .map(entry -> escape(entry.getKey()) + '=' + escape(entry.getValue()))
        .collect(Collectors.joining("&"));
  }

  static String escape(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static String unescape(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
