package io.github.bge4j.examples.cli;

import io.github.bge4j.InvalidOptionException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.function.Function;

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

  private final Iterator<Document> documents;
  private final long count;

  /** Returns where a document lies, for messages. */
  private final Function<Document, String> place;

  private final Closeable source;

  private DocumentReader(
      Iterator<Document> documents,
      long count,
      Function<Document, String> place,
      Closeable source) {
    this.documents = documents;
    this.count = count;
    this.place = place;
    this.source = source;
  }

  /** Opens a file, standard input for {@code -}, or a folder. */
  static DocumentReader open(Path input, Stdio stdio) {
    if (!Files.isDirectory(input)) {
      return ofLines(countLines(input), new LineReader(Input.open(input, stdio)), false);
    }
    TextFolder folder = TextFolder.open(input);
    return new DocumentReader(
        folder.documents(),
        folder.count(),
        document -> input.resolve(document.id()).toString(),
        () -> {});
  }

  /** Opens the corpus of a data set, where every document must have an id. */
  static DocumentReader openCorpus(Path file) {
    return ofLines(countLines(file), new LineReader(Input.open(file)), true);
  }

  private static DocumentReader ofLines(long count, LineReader lines, boolean withIds) {
    return new DocumentReader(
        new JsonDocuments(lines, withIds),
        count,
        document -> UsageException.place(lines.name(), document.line()),
        lines);
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
    return new UsageException(place.apply(document) + ": " + cause.getMessage(), cause);
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
