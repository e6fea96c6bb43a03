package io.github.bge4j.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/** The core's copy of tiny checkpoints and the reference's answers, with its provenance. */
final class GoldenFiles {

  private static final Path FOLDER =
      Path.of("..", "..", "bge-core", "src", "test", "resources", "golden");

  private static final String TOKENIZER = "tokenizer.json";

  private GoldenFiles() {}

  static Path path(String name) {
    return FOLDER.resolve(name);
  }

  static List<JsonNode> rows(String file) throws IOException {
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(
        new GZIPInputStream(Files.newInputStream(path(file))), StandardCharsets.UTF_8))) {
      List<JsonNode> rows = new ArrayList<>();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        rows.add(new JsonMapper().readTree(line));
      }
      return rows;
    }
  }

  /** Writes a reranker for XLM-RoBERTa, whose tokenizer is that of the tiny BGE-M3. */
  static Path writeXlmReranker(String name, Path folder) throws IOException {
    copyModel(name, folder);
    Files.copy(path("m3").resolve(TOKENIZER), folder.resolve(TOKENIZER));
    return folder;
  }

  private static void copyModel(String name, Path folder) throws IOException {
    Files.createDirectories(folder);
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(path(name).resolve(file), folder.resolve(file));
    }
  }

  /** Writes the BERT reranker, whose tokenizer is that of the bundled model. */
  static Path writeReranker(Path folder) throws IOException {
    copyModel("bert-reranker", folder);
    String tokenizer = "/bge-small-en-v1.5-tokenizer.json";
    try (InputStream json =
        Objects.requireNonNull(GoldenFiles.class.getResourceAsStream(tokenizer))) {
      Files.copy(json, folder.resolve(TOKENIZER));
    }
    return folder;
  }
}
