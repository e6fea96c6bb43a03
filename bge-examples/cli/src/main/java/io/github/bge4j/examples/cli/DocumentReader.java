package io.github.bge4j.examples.cli;

import io.github.bge4j.InvalidOptionException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The documents of a file of JSON lines, as {@link JsonDocuments} reads them, or of a folder of
 * texts, as {@link TextFolder} finds them, one at a time. The id of a text is its path below the
 * folder, its title the name without the ending.
 */
final class DocumentReader implements Iterator<Document>, Closeable {

  /** What help texts say of the file. */
  static final String JSON_LINES =
      "JSON lines {\"text\", \"_id\" or \"id\"?, \"title\"?, \"metadata\"?: {}}; without an id a";

  static final String OR_FOLDER =
      "document is known by a hash of title and text. Or a folder of .txt and .md files, also in"
          + " folders in it; blank and hidden ones, and links to folders in it, are skipped.";

  private final Path input;
  private final long count;
  private final @Nullable LineReader lines;
  private final Iterator<Document> documents;

  /** Reads the files of a folder. */
  private DocumentReader(Path input, TextFolder folder) {
    this.input = input;
    this.count = folder.count();
    this.lines = null;
    this.documents = folder.documents();
  }

  /** Reads the lines of a file. */
  private DocumentReader(Path file, long count, LineReader lines, boolean withIds) {
    this.input = file;
    this.count = count;
    this.lines = lines;
    this.documents = new JsonDocuments(lines, withIds);
  }

  /** Opens a file, standard input for {@code -}, or a folder. */
  static DocumentReader open(Path input, Stdio stdio) {
    return Files.isDirectory(input)
        ? new DocumentReader(input, TextFolder.open(input))
        : new DocumentReader(
            input, countLines(input), new LineReader(Input.open(input, stdio)), false);
  }

  /** Opens the corpus of a data set, where every document must have an id. */
  static DocumentReader openCorpus(Path file) {
    return new DocumentReader(file, countLines(file), new LineReader(Input.open(file)), true);
  }

  /** Returns -1 for what can be read only once. */
  private static long countLines(Path file) {
    if (!Files.isRegularFile(file)) {
      return -1;
    }
    byte[] chunk = new byte[1 << 16];
    long count = 0;
    byte last = '\n';
    try (InputStream stream = Files.newInputStream(file)) {
      for (int read = stream.read(chunk); read > 0; read = stream.read(chunk)) {
        for (int i = 0; i < read; i++) {
          count += chunk[i] == '\n' ? 1 : 0;
        }
        last = chunk[read - 1];
      }
    } catch (IOException e) {
      throw FileProblem.unreadable(file.toString(), e);
    }
    return last == '\n' ? count : count + 1;
  }

  /** Returns about how many there are, or -1 if that is unknown. */
  long count() {
    return count;
  }

  @Override
  public boolean hasNext() {
    return documents.hasNext();
  }

  @Override
  public Document next() {
    return documents.next();
  }

  /**
   * Returns the documents as a store takes them.
   *
   * @param form throws an {@link IllegalArgumentException} or {@link InvalidOptionException} for
   *     what the store does not take, which is said of the line or file
   */
  <T> Iterator<T> as(Function<Document, T> form) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return documents.hasNext();
      }

      @Override
      public T next() {
        Document document = documents.next();
        try {
          return form.apply(document);
        } catch (IllegalArgumentException | InvalidOptionException e) {
          throw refusal(document, e);
        }
      }
    };
  }

  private UsageException refusal(Document document, RuntimeException cause) {
    String message = String.valueOf(cause.getMessage());
    return lines == null
        ? new UsageException(input.resolve(document.id()) + ": " + message, cause)
        : UsageException.at(lines.name(), document.line(), message, cause);
  }

  @Override
  public void close() throws IOException {
    if (lines != null) {
      lines.close();
    }
  }
}
