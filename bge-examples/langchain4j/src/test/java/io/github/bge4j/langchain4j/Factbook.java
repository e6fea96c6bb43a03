package io.github.bge4j.langchain4j;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The real passages and questions that lie beside this module. */
final class Factbook {

  private static final Path FOLDER = Path.of("..", "data", "factbook");

  private Factbook() {}

  /** Returns title and text of each passage by its id, in the order of the file. */
  static Map<String, String> passages() throws IOException {
    return read("corpus.jsonl");
  }

  /** Returns the questions by their ids. */
  static Map<String, String> questions() throws IOException {
    return read("riddles.jsonl");
  }

  /** Returns question and passage of each answer, tab-separated. */
  static List<String> answers() throws IOException {
    return Files.readAllLines(FOLDER.resolve("riddles.tsv")).stream()
        .filter(line -> line.endsWith("\t2"))
        .map(line -> line.substring(0, line.lastIndexOf('\t')))
        .toList();
  }

  private static Map<String, String> read(String file) throws IOException {
    ObjectMapper json = new ObjectMapper();
    Map<String, String> texts = new LinkedHashMap<>();
    for (String line : Files.readAllLines(FOLDER.resolve(file))) {
      JsonNode row = json.readTree(line);
      String title = row.path("title").asText();
      String text = row.path("text").asText();
      texts.put(row.path("_id").asText(), title.isEmpty() ? text : title + ". " + text);
    }
    return texts;
  }
}
