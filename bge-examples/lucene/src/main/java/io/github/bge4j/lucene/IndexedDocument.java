package io.github.bge4j.lucene;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A document as it goes into an index. Immutable.
 *
 * @param id tells it from all others; adding another of this id replaces it
 * @param title may be empty; embedded before the text
 * @param text may be empty
 * @param metadata values by name, which searches can ask for; copied, without names that have no
 *     value
 */
public record IndexedDocument(
    String id, String title, String text, Map<String, List<String>> metadata) {

  /** Lucene keeps no longer terms. */
  private static final int MOST_BYTES = 32_766;

  /**
   * Checks the document.
   *
   * @param id from 1 to 32,766 bytes of UTF-8
   * @param title may be empty
   * @param text may be empty
   * @param metadata values of at most 32,766 bytes of UTF-8
   */
  public IndexedDocument {
    if (id.isEmpty()) {
      throw new IllegalArgumentException("a document must have an id: it is empty; give it one");
    }
    checkLength("the id", id);
    Map<String, List<String>> copy = new TreeMap<>();
    metadata.forEach((name, values) -> {
      values.forEach(value -> checkLength("the metadata value of a document", value));
      if (!values.isEmpty()) {
        copy.put(name, List.copyOf(values));
      }
    });
    metadata = Map.copyOf(copy);
  }

  /**
   * Makes a document without title and metadata.
   *
   * @param id tells it from all others
   * @param text may be empty
   * @return the document
   */
  public static IndexedDocument of(String id, String text) {
    return new IndexedDocument(id, "", text, Map.of());
  }

  /**
   * Returns this document with more metadata.
   *
   * @param name of the values
   * @param values replace earlier ones of this name
   * @return a copy
   */
  public IndexedDocument with(String name, String... values) {
    Map<String, List<String>> more = new TreeMap<>(metadata);
    more.put(name, List.of(values));
    return new IndexedDocument(id, title, text, more);
  }

  /**
   * Returns what is embedded, searched by BM25 and read by a reranker.
   *
   * @return title and text as one
   */
  public String passage() {
    return (title + " " + text).strip();
  }

  private static void checkLength(String what, String value) {
    int bytes = value.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MOST_BYTES) {
      throw new IllegalArgumentException(
          what + " must have at most " + MOST_BYTES + " bytes of UTF-8: " + bytes + "; shorten it");
    }
  }
}
