package io.github.bge4j.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bge4j.examples.lucene.IndexedDocument;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The documents of a file of JSON lines, one at a time: {"text"}, and if they are there "_id",
 * "title" and "metadata", an object of strings.
 */
final class DocumentReader implements Iterator<IndexedDocument> {

  private final LineReader lines;
  private final JsonLineParser parser;
  private final Map<String, Long> lineOfId = new HashMap<>();
  private @Nullable IndexedDocument next;

  /**
   * Makes a reader on lines that it does not close.
   *
   * @param withIds whether every document must have an id; one without has the number of its line
   */
  DocumentReader(LineReader lines, boolean withIds) {
    this.lines = lines;
    String[] fields = withIds ? new String[] {"_id", "text"} : new String[] {"text"};
    this.parser = new JsonLineParser(lines.name(), "correct the line", fields);
  }

  /** Returns what messages call the file. */
  String name() {
    return lines.name();
  }

  /** Returns the line of a document that was read. */
  long line(String id) {
    return lineOfId.getOrDefault(id, 0L);
  }

  @Override
  public boolean hasNext() {
    while (next == null) {
      Line line = lines.next();
      if (line == null) {
        return false;
      }
      if (!line.content().isBlank()) {
        next = parse(line);
      }
    }
    return true;
  }

  @Override
  public IndexedDocument next() {
    if (!hasNext() || next == null) {
      throw new NoSuchElementException("there are no more documents");
    }
    IndexedDocument document = next;
    next = null;
    return document;
  }

  private IndexedDocument parse(Line line) {
    JsonNode object = parser.parse(line);
    String id = object.path("_id").asText(String.valueOf(line.number()));
    if (lineOfId.putIfAbsent(id, line.number()) != null) {
      throw UsageException.at(
          lines.name(),
          line.number(),
          "\"_id\" must be unique: line " + line(id) + " has it;" + " rename one");
    }
    Map<String, String> metadata = new TreeMap<>();
    object.path("metadata").properties().forEach(entry -> {
      if (!entry.getValue().isTextual()) {
        throw UsageException.at(
            lines.name(),
            line.number(),
            "\"metadata\" must be an object of strings: a value is" + " none; correct the line");
      }
      metadata.put(entry.getKey(), entry.getValue().textValue());
    });
    try {
      return new IndexedDocument(
          id, object.path("title").asText(""), object.path("text").textValue(), metadata);
    } catch (IllegalArgumentException e) {
      throw UsageException.at(lines.name(), line.number(), String.valueOf(e.getMessage()), e);
    }
  }
}
