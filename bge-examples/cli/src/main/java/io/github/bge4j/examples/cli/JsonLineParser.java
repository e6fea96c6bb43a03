package io.github.bge4j.examples.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Reads lines that are JSON objects with certain string fields. */
final class JsonLineParser {

  /** The length of a string is bounded by that of its line. */
  private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .build())
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .build();

  private final String file;
  private final String remedy;
  private final String[] fields;

  /**
   * Makes a parser.
   *
   * @param file what messages call the file
   * @param remedy what messages advise
   * @param fields names of the strings that every object must have
   */
  JsonLineParser(String file, String remedy, String... fields) {
    this.file = file;
    this.remedy = remedy;
    this.fields = fields;
  }

  /** Returns an object that has all the fields. */
  JsonNode parse(Line line) {
    JsonNode object = read(line);
    if (!object.isObject()) {
      throw refusal(line, "found " + kind(object));
    }
    for (String field : fields) {
      if (!object.has(field)) {
        throw refusal(line, "found an object without \"" + field + "\"");
      }
      if (!object.path(field).isTextual()) {
        throw refusal(line, "found " + kind(object.path(field)) + " as \"" + field + "\"");
      }
    }
    return object;
  }

  private JsonNode read(Line line) {
    try {
      return MAPPER.readTree(line.content());
    } catch (JsonProcessingException e) {
      // Neither its message nor it as a cause: both may quote the text.
      throw refusal(line, "found no JSON at column " + e.getLocation().getColumnNr());
    }
  }

  private UsageException refusal(Line line, String found) {
    String strings = Arrays.stream(fields)
        .map(name -> "a string \"" + name + "\"")
        .collect(Collectors.joining(" and "));
    return UsageException.at(
        file,
        line.number(),
        "each line must be a JSON object with " + strings + ": " + found + "; " + remedy);
  }

  /** Returns what messages call a value. */
  static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case ARRAY -> "an array";
      case OBJECT -> "an object";
      case MISSING -> "nothing";
      case NULL -> "null";
      default -> "a " + node.getNodeType().name().toLowerCase(Locale.ROOT);
    };
  }
}
