package io.github.bge4j.examples.qdrant;

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

  private Factbook() {}

  /** Returns the first passages about countries. */
  static List<SourceDocument> documents(int most) throws IOException {
    return read(Path.of("..", "data", "factbook", "corpus.jsonl")).subList(0, most);
  }

  /** Returns the documents of a file, which have their first letter as metadata. */
  static List<SourceDocument> read(Path corpus) throws IOException {
    List<SourceDocument> documents = new ArrayList<>();
    for (String line : Files.readAllLines(corpus)) {
      JsonObject object = JsonParser.parseString(line).getAsJsonObject();
      String id = object.get("_id").getAsString();
      documents.add(new SourceDocument(
          id,
          object.get("title").getAsString(),
          object.get("text").getAsString(),
          Map.of(
              "letter",
              id.substring(0, 1),
              "length",
              object.get("text").getAsString().length())));
    }
    return documents;
  }
}
