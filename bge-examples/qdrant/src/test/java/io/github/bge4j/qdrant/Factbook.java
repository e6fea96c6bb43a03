package io.github.bge4j.qdrant;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Documents in the layout of BEIR. */
final class Factbook {

  static final Path CORPUS = Path.of("..", "data", "factbook", "corpus.jsonl");

  private Factbook() {}

  /** Returns the beginnings of the first passages about countries, of different lengths. */
  static List<SourceDocument> documents(int most) throws IOException {
    List<SourceDocument> documents = new ArrayList<>();
    for (SourceDocument whole : read(CORPUS).subList(0, most)) {
      int length = 500 + documents.size() % 2 * 100;
      documents.add(document(whole.id(), whole.title(), whole.text().substring(0, length)));
    }
    return documents;
  }

  /** Returns the documents of a file, which have their first letter as metadata. */
  static List<SourceDocument> read(Path corpus) throws IOException {
    List<SourceDocument> documents = new ArrayList<>();
    for (String line : Files.readAllLines(corpus)) {
      JsonObject object = JsonParser.parseString(line).getAsJsonObject();
      documents.add(document(
          object.get("_id").getAsString(),
          object.get("title").getAsString(),
          object.get("text").getAsString()));
    }
    return documents;
  }

  private static SourceDocument document(String id, String title, String text) {
    return new SourceDocument(
        id, title, text, Map.of("letter", id.substring(0, 1), "length", text.length()));
  }
}
