package io.github.bge4j.examples.cli;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.bge4j.InvalidOptionException;
import io.github.bge4j.qdrant.DocumentIds;
import io.github.bge4j.qdrant.SourceDocument;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The documents of a file of JSON lines, or of a folder of texts, one at a time. */
final class IngestDocuments implements Iterable<SourceDocument>, AutoCloseable {

  private static final List<String> TEXT_FILES = List.of(".txt", ".md");
  private static final TypeReference<Map<String, Object>> FIELDS = new TypeReference<>() {};
  private static final JsonMapper MAPPER = new JsonMapper();

  private final Path input;
  private final long count;
  private final List<Path> files;
  private final @Nullable LineReader lines;

  private IngestDocuments(Path input, long count, List<Path> files, @Nullable LineReader lines) {
    this.input = input;
    this.count = count;
    this.files = files;
    this.lines = lines;
  }

  /**
   * Opens a file, standard input for {@code -}, or a folder, whose texts are those of all its
   * folders, in the order of their names.
   */
  static IngestDocuments open(Path input, Stdio stdio) throws IOException {
    if (!Files.isDirectory(input)) {
      long count = Files.isRegularFile(input) ? countLines(input) : -1;
      return new IngestDocuments(input, count, List.of(), new LineReader(Input.open(input, stdio)));
    }
    try (Stream<Path> found = Files.walk(input)) {
      List<Path> files = found.filter(IngestDocuments::isText).sorted().toList();
      if (files.isEmpty()) {
        throw new UsageException(input + " must hold texts, " + String.join(" or ", TEXT_FILES)
            + ": it has none; name a file of JSON lines for others");
      }
      return new IngestDocuments(input, files.size(), files, null);
    }
  }

  private static boolean isText(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    return TEXT_FILES.stream().anyMatch(name::endsWith) && Files.isRegularFile(file);
  }

  private static long countLines(Path file) throws IOException {
    byte[] chunk = new byte[1 << 16];
    long lines = 0;
    byte last = '\n';
    try (InputStream stream = Files.newInputStream(file)) {
      for (int read = stream.read(chunk); read > 0; read = stream.read(chunk)) {
        for (int i = 0; i < read; i++) {
          lines += chunk[i] == '\n' ? 1 : 0;
        }
        last = chunk[read - 1];
      }
    }
    return last == '\n' ? lines : lines + 1;
  }

  /** Returns about how many there are, or -1 if that is unknown. */
  long count() {
    return count;
  }

  /** Returns the documents; to be called once. */
  @Override
  public Iterator<SourceDocument> iterator() {
    return lines == null ? files.stream().map(this::read).iterator() : new JsonDocuments(lines);
  }

  private SourceDocument read(Path file) {
    String id = input.relativize(file).toString().replace('\\', '/');
    String name = String.valueOf(file.getFileName());
    try {
      return new SourceDocument(
          id, name.substring(0, name.lastIndexOf('.')), Files.readString(file), Map.of());
    } catch (CharacterCodingException e) {
      throw new UsageException(file + " must be UTF-8: it is not; convert it", e);
    } catch (IOException e) {
      throw FileProblem.unreadable(file.toString(), e);
    }
  }

  @Override
  public void close() throws IOException {
    if (lines != null) {
      lines.close();
    }
  }

  /** The documents of the lines that are not blank. */
  private static final class JsonDocuments implements Iterator<SourceDocument> {

    private final LineReader lines;
    private final JsonLineParser parser;
    private final DocumentIds ids = new DocumentIds();
    private @Nullable Line next;

    JsonDocuments(LineReader lines) {
      this.lines = lines;
      this.parser = new JsonLineParser(lines.name(), "correct the line", "text");
      advance();
    }

    private void advance() {
      do {
        next = lines.next();
      } while (next != null && next.content().isBlank());
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public SourceDocument next() {
      Line line = next;
      if (line == null) {
        throw new NoSuchElementException("there are no more documents");
      }
      SourceDocument document = parse(line);
      advance();
      return document;
    }

    private SourceDocument parse(Line line) {
      JsonNode object = parser.parse(line);
      JsonNode id = object.has("_id") ? object.path("_id") : object.path("id");
      JsonNode metadata = object.path("metadata");
      if (!id.isTextual() && !id.isIntegralNumber()) {
        throw UsageException.at(
            lines.name(),
            line.number(),
            "a document must have a string or whole number as \"_id\" or \"id\": it has none; add it");
      }
      if (!ids.add(id.asText())) {
        throw UsageException.at(
            lines.name(),
            line.number(),
            "the ids of documents must be unique: a line before has " + id.asText()
                + ", too; give this document another, or leave it out");
      }
      if (!metadata.isObject() && !metadata.isMissingNode()) {
        throw UsageException.at(
            lines.name(), line.number(), "\"metadata\" must be an object; correct the line");
      }
      try {
        return new SourceDocument(
            id.asText(),
            object.path("title").asText(""),
            object.path("text").textValue(),
            metadata.isMissingNode() ? Map.of() : MAPPER.convertValue(metadata, FIELDS));
      } catch (InvalidOptionException e) {
        throw UsageException.at(lines.name(), line.number(), String.valueOf(e.getMessage()), e);
      }
    }
  }
}
