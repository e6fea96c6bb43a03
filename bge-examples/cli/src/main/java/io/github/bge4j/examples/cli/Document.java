package io.github.bge4j.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.bge4j.lucene.IndexedDocument;
import io.github.bge4j.qdrant.SourceDocument;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A document as the commands read it.
 *
 * @param line of its file, or 0 if it is a file of its own, or not of a file
 * @param title empty for none
 * @param metadata values by name, as they stand in its file
 */
record Document(long line, String id, String title, String text, Map<String, JsonNode> metadata) {

  private static final JsonMapper MAPPER = new JsonMapper();

  /** Makes a document without metadata. */
  Document(long line, String id, String title, String text) {
    this(line, id, title, text, Map.of());
  }

  /** Returns what is embedded: the same as an index embeds of it, whatever the id. */
  Text passage() {
    return new Text(line, new IndexedDocument("-", title, text, Map.of()).passage());
  }

  /**
   * Returns it as an index takes it: of metadata an array has several values, an object its JSON,
   * and null none.
   *
   * @throws IllegalArgumentException if an index does not take it
   */
  IndexedDocument indexed() {
    Map<String, List<String>> values = new HashMap<>();
    metadata.forEach(
        (name, value) -> addValues(values.computeIfAbsent(name, n -> new ArrayList<>()), value));
    return new IndexedDocument(id, title, text, values);
  }

  private static void addValues(List<String> values, JsonNode node) {
    if (node.isArray()) {
      node.forEach(element -> addValues(values, element));
    } else if (!node.isNull()) {
      values.add(node.isValueNode() ? node.asText() : node.toString());
    }
  }

  /**
   * Returns it as a collection takes it: with metadata of the types that they have.
   *
   * @throws io.github.bge4j.InvalidOptionException if a collection does not take it
   */
  SourceDocument source() {
    Map<String, Object> values = new LinkedHashMap<>();
    metadata.forEach((name, value) -> values.put(name, MAPPER.convertValue(value, Object.class)));
    return new SourceDocument(id, title, text, values);
  }
}
