package io.github.bge4j.testing;

import io.github.bge4j.testing.hub.TestRepo;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/** Tiny checkpoints and the reference's answers; the README beside them says whence they are. */
public final class GoldenFiles {

  /** Reads a line of JSON. */
  @FunctionalInterface
  public interface RowReader<T> {

    /** Returns what the line says. */
    T read(String line) throws IOException;
  }

  private static final Path FOLDER = folder();
  private static final String TOKENIZER = "tokenizer.json";

  private GoldenFiles() {}

  /** Tests of any module run somewhere below the project. */
  private static Path folder() {
    Path start = Path.of("").toAbsolutePath();
    for (Path parent = start; parent != null; parent = parent.getParent()) {
      Path golden = parent.resolve("bge-core/src/test/resources/golden");
      if (Files.isDirectory(golden)) {
        return golden;
      }
    }
    throw new IllegalStateException(
        "tests need bge-core/src/test/resources/golden in a folder above: " + start);
  }

  /** Returns a file or a folder; it must not be changed. */
  public static Path path(String name) {
    return FOLDER.resolve(name);
  }

  /** Returns the rows of a compressed file, each read by the caller's JSON library. */
  public static <T> List<T> rows(String file, RowReader<T> reader) {
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(
        new GZIPInputStream(Files.newInputStream(path(file))), StandardCharsets.UTF_8))) {
      List<T> rows = new ArrayList<>();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        rows.add(reader.read(line));
      }
      return rows;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the tiny BGE-M3 as a hub has it. */
  public static TestRepo m3() {
    return TestRepo.of("BAAI/bge-m3").folder(path("m3"));
  }

  /**
   * Writes a model that lies here without its tokenizer.
   *
   * @param name of its folder; those of BERT get the tokenizer of the bundled model, others that of
   *     the tiny BGE-M3
   * @param folder is made if need be; the files are replaced
   * @return the folder
   */
  public static Path writeModel(String name, Path folder) throws IOException {
    Files.createDirectories(folder);
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(
          path(name).resolve(file), folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    Files.write(
        folder.resolve(TOKENIZER), name.startsWith("bert") ? bertTokenizer() : m3Tokenizer());
    return folder;
  }

  /** Returns the tokenizer of the tiny BGE-M3 and of the rerankers for XLM-RoBERTa. */
  public static byte[] m3Tokenizer() throws IOException {
    return Files.readAllBytes(path("m3").resolve(TOKENIZER));
  }

  private static byte[] bertTokenizer() throws IOException {
    String name = "/bge-small-en-v1.5-tokenizer.json";
    try (InputStream json =
        Objects.requireNonNull(GoldenFiles.class.getResourceAsStream(name), name)) {
      return json.readAllBytes();
    }
  }
}
