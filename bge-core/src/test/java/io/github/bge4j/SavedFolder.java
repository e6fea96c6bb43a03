package io.github.bge4j;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.annotations.SerializedName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder that another tool saved, and the answers of that tool; see
 * {@code resources/folders/README.md}.
 */
final class SavedFolder {

  /** Which files lie in {@code shared}, because several folders have them. */
  private static final String LINKS = "links.json";

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
        copy(file, target.resolve(stored.relativize(file).toString()));
      }
    }
    JsonObject links = new Gson()
        .fromJson(Files.readString(root().resolve(LINKS)), JsonObject.class)
        .getAsJsonObject(name);
    if (links != null) {
      for (Map.Entry<String, JsonElement> link : links.entrySet()) {
        Path shared = root().resolve("shared").resolve(link.getValue().getAsString());
        copy(shared, target.resolve(link.getKey()));
      }
    }
    return target;
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.resolveSibling(""));
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Returns the answers, as rows of a type of its own. */
  <T> List<T> expected(String file, Class<T> type) {
    try (Stream<String> lines = Files.lines(stored.resolve(file))) {
      Gson gson = new Gson();
      return lines.map(line -> gson.fromJson(line, type)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<Row> expected() {
    return expected("expected.jsonl", Row.class);
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
