package io.github.bge4j.examples.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.bge4j.qdrant.DocumentIds;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The documents of JSON lines: {"text"}, and if they are there "_id" or "id", a string or a whole
 * number, "title", and "metadata", an object. Of what is null there is none. Blank lines are
 * skipped. The id of a document without one is a hash of its title and text, so that it is the same
 * on whatever line of whatever file; one that comes again is skipped. Otherwise ids are unique.
 */
final class JsonDocuments implements Iterator<Document> {

  private static final JsonMapper SORTED = JsonMapper.builder()
      .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
      .enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED)
      .build();

  private final LineReader lines;
  private final boolean withIds;
  private final JsonLineParser parser;
  private final DocumentIds ids = new DocumentIds();
  private final DocumentIds withMetadata = new DocumentIds();
  private @Nullable Document next;

  /**
   * Makes a reader on lines that it does not close.
   *
   * @param withIds whether every document must have an id
   */
  JsonDocuments(LineReader lines, boolean withIds) {
    this.lines = lines;
    this.withIds = withIds;
    this.parser = new JsonLineParser(lines.name(), "correct the line", "text");
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
  public Document next() {
    if (!hasNext() || next == null) {
      throw new NoSuchElementException("there are no more documents");
    }
    Document document = next;
    next = null;
    return document;
  }

  private @Nullable Document parse(Line line) {
    JsonNode object = parser.parse(line);
    LineId id = withIds
        ? LineId.required(lines.name(), line, object, "document")
        : LineId.of(lines.name(), line, object);
    String title = title(line, object.path("title"));
    String text = object.path("text").textValue();
    Document document = new Document(
        line.number(),
        id == null ? contentId(title, text) : id.value(),
        title,
        text,
        metadata(line, object.path("metadata")));
    checkCharacters(line, document);
    boolean newId = ids.add(document.id());
    if (id == null) {
      return isNew(line, document, newId) ? document : null;
    }
    if (!newId) {
      throw id.twice(lines.name(), line);
    }
    return document;
  }

  /** Takes a number as a title, too. */
  private String title(Line line, JsonNode title) {
    if (title.isContainerNode()) {
      throw refusal(line, "\"title\" must be a string: found " + JsonLineParser.kind(title));
    }
    return title.asText("");
  }

  private Map<String, JsonNode> metadata(Line line, JsonNode object) {
    if (!object.isObject() && !object.isMissingNode() && !object.isNull()) {
      throw refusal(line, "\"metadata\" must be an object: found " + JsonLineParser.kind(object));
    }
    Map<String, JsonNode> metadata = new LinkedHashMap<>();
    object.properties().forEach(entry -> metadata.put(entry.getKey(), entry.getValue()));
    return metadata;
  }

  /** JSON has escapes for halves of characters, which no store and no model takes. */
  private void checkCharacters(Line line, Document document) {
    Map<String, String> parts = new LinkedHashMap<>();
    parts.put("the id", document.id());
    parts.put("the title", document.title());
    parts.put("the text", document.text());
    parts.put("the metadata", document.metadata().toString());
    parts.forEach((name, part) -> {
      int at = loneSurrogate(part);
      if (at >= 0) {
        throw UsageException.at(
            lines.name(),
            line.number(),
            String.format(
                Locale.ROOT,
                "%s must be well-formed UTF-16: lone surrogate U+%04X at char %d; replace it with"
                    + " U+FFFD",
                name,
                (int) part.charAt(at),
                at));
      }
    });
  }

  /** Returns where half of a character is without the other, or -1. */
  private static int loneSurrogate(String text) {
    return IntStream.range(0, text.length())
        .filter(i -> Character.isSurrogate(text.charAt(i))
            && Character.isBmpCodePoint(text.codePointAt(i))
            && Character.isBmpCodePoint(text.codePointBefore(i + 1)))
        .findFirst()
        .orElse(-1);
  }

  /** Tells whether a document without an id is no copy of one before it. */
  private boolean isNew(Line line, Document document, boolean newId) {
    boolean newMetadata = withMetadata.add(document.id() + sorted(document.metadata()));
    if (!newId && newMetadata) {
      throw refusal(
          line,
          "documents of the same title and text, but not metadata, must have an \"_id\" each:"
              + " this and an earlier one do not");
    }
    return newId;
  }

  /** Objects are the same in whatever order their keys stand. */
  private static String sorted(Map<String, JsonNode> metadata) {
    try {
      return SORTED.writeValueAsString(metadata);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("what was read as JSON can be written as such", e);
    }
  }

  private UsageException refusal(Line line, String message) {
    return UsageException.at(lines.name(), line.number(), message + "; correct the line");
  }

  private static String contentId(String title, String text) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256")
          .digest((title.length() + ":" + title + text).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
