package io.github.bge4j.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bge4j.lucene.IndexedDocument;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The documents of a file of JSON lines, one at a time: {"text"}, and if they are there "_id",
 * "title" and "metadata", an object, of whose values an array has several, and null none.
 */
final class DocumentReader implements Iterator<IndexedDocument> {

  private final LineReader lines;
  private final JsonLineParser parser;

  /** Lines by 64 bits of a hash of the id: there may be millions, and ids are long. */
  private final Map<Long, Long> lineOfId = new HashMap<>();

  private @Nullable IndexedDocument next;

  /**
   * Makes a reader on lines that it does not close.
   *
   * @param withIds whether every document must have an id; that of one without is a hash of its
   *     title and text, so that it is the same wherever the document stands
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
    return lineOfId.getOrDefault(key(id), 0L);
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
    String title = object.path("title").asText("");
    String text = object.path("text").textValue();
    boolean hasId = object.hasNonNull("_id");
    String id = hasId ? object.path("_id").asText() : contentId(title, text);
    Long earlier = lineOfId.put(key(id), line.number());
    if (hasId && earlier != null) {
      throw refusal(line, "\"_id\" must be unique: line " + earlier + " has it; rename one");
    }
    try {
      return new IndexedDocument(id, title, text, metadata(line, object.path("metadata")));
    } catch (IllegalArgumentException e) {
      throw UsageException.at(lines.name(), line.number(), String.valueOf(e.getMessage()), e);
    }
  }

  private Map<String, List<String>> metadata(Line line, JsonNode object) {
    if (!object.isObject() && !object.isMissingNode() && !object.isNull()) {
      throw refusal(
          line,
          "\"metadata\" must be an object: found " + JsonLineParser.kind(object)
              + "; correct the line");
    }
    Map<String, List<String>> metadata = new TreeMap<>();
    object.properties().forEach(entry -> {
      List<String> values = new ArrayList<>();
      addValues(values, entry.getValue());
      metadata.put(entry.getKey(), values);
    });
    return metadata;
  }

  private static void addValues(List<String> values, JsonNode node) {
    if (node.isArray()) {
      node.forEach(element -> addValues(values, element));
    } else if (!node.isNull()) {
      values.add(node.isValueNode() ? node.asText() : node.toString());
    }
  }

  private UsageException refusal(Line line, String message) {
    return UsageException.at(lines.name(), line.number(), message);
  }

  private static String contentId(String title, String text) {
    return HexFormat.of().formatHex(hash(title.length() + ":" + title + text), 0, 16);
  }

  private static long key(String id) {
    return ByteBuffer.wrap(hash(id)).getLong();
  }

  private static byte[] hash(String value) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
