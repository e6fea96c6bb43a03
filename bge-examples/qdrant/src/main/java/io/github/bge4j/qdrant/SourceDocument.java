package io.github.bge4j.qdrant;

import io.github.bge4j.InvalidOptionException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A document to be stored: cut into chunks, each of which becomes a point.
 *
 * <p>Immutable and thread-safe.
 *
 * @param id names the document among all of a collection, not blank; the ids of its points follow
 *     from it
 * @param title put before the text of every chunk unless that is switched off; empty for none
 * @param text what is cut and embedded; may be empty
 * @param metadata what to filter by, stored in the payload under {@value Payload#METADATA}:
 *     strings, booleans, numbers, null, and lists and maps of these
 */
public record SourceDocument(String id, String title, String text, Map<String, ?> metadata) {

  /**
   * Checks the id and copies the metadata.
   *
   * @param id not blank
   * @param title empty for none
   * @param text may be empty
   * @param metadata copied
   * @throws InvalidOptionException if the id is blank or the metadata hold a value of another type
   */
  public SourceDocument {
    if (id.isBlank()) {
      throw new InvalidOptionException("the id of a document must not be blank; name it");
    }
    Payload.value(metadata);
    // Unlike Map.copyOf this takes null as a value.
    metadata = Collections.unmodifiableMap(new LinkedHashMap<String, Object>(metadata));
  }

  /**
   * Makes a document without title and metadata.
   *
   * @param id not blank
   * @param text may be empty
   */
  public SourceDocument(String id, String text) {
    this(id, "", text, Map.of());
  }
}
