package io.github.bge4j;

import com.google.gson.Gson;
import com.google.gson.annotations.SerializedName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder that another tool saved, and the answers of that tool; see
 * {@code resources/folders/README.md}.
 */
final class SavedFolder {

  private static final String SHARED = "shared.txt";

  private final String name;
  private final Path stored;

  SavedFolder(String name) {
    this.name = name;
    this.stored = root().resolve(name);
  }

  private static Path root() {
    try {
      return Path.of(
          Objects.requireNonNull(SavedFolder.class.getResource("/folders")).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the names of all folders that begin so. */
  static Stream<String> names(String prefix) {
    try (Stream<Path> folders = Files.list(root())) {
      return folders
          .map(folder -> folder.getFileName().toString())
          .filter(name -> name.startsWith(prefix))
          .sorted()
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes the folder as it was saved below another, and returns it. */
  Path copyTo(Path parent) throws IOException {
    Path target = parent.resolve(name);
    try (Stream<Path> files = Files.walk(stored)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.getFileName().toString().equals(SHARED)) {
          copy(file, target.resolve(stored.relativize(file)));
        }
      }
    }
    if (Files.exists(stored.resolve(SHARED))) {
      for (String line : Files.readAllLines(stored.resolve(SHARED))) {
        int space = line.indexOf(' ');
        copy(root().resolve(line.substring(space + 1)), target.resolve(line.substring(0, space)));
      }
    }
    return target;
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.resolveSibling(""));
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
  }

  List<Row> expected() {
    try (Stream<String> lines = Files.lines(stored.resolve("expected.jsonl"))) {
      Gson gson = new Gson();
      return lines.map(line -> gson.fromJson(line, Row.class)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * An answer.
   *
   * @param role the method of Sentence Transformers: encode, query or document
   * @param prompt what stood before the text
   */
  record Row(
      String text,
      String role,
      @SerializedName("prompt_name") @Nullable String promptName,
      @Nullable String prompt,
      int[] ids,
      float[] vector) {}
}
