package io.github.bge4j.internal.text;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.github.bge4j.ModelException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the vocabulary of a {@code tokenizer.json}, of which the tokenizer library tells nothing.
 * One pass, without a tree of the file. Not thread-safe.
 */
public final class VocabularyReader {

  private final JsonReader json;
  private final Map<String, Integer> modelIds = new HashMap<>();
  private final Map<String, Integer> addedIds = new HashMap<>();
  private @Nullable Integer unknownId;
  private @Nullable String unknownToken;

  private VocabularyReader(JsonReader json) {
    this.json = json;
  }

  /**
   * Reads a file.
   *
   * @param content of a {@code tokenizer.json}
   * @param name what messages call the file
   * @throws ModelException if it is damaged, or has no vocabulary or no token for unknown ones
   */
  public static Vocabulary read(byte[] content, String name) {
    try (JsonReader json = new JsonReader(new InputStreamReader(
        new ByteArrayInputStream(content), StandardCharsets.UTF_8.newDecoder()))) {
      return new VocabularyReader(json).read();
    } catch (IOException | IllegalStateException | NumberFormatException e) {
      throw new ModelException(
          "tokenizer must be a tokenizer.json with a vocabulary: " + name + ": " + e.getMessage(),
          e);
    }
  }

  private Vocabulary read() throws IOException {
    json.beginObject();
    while (json.hasNext()) {
      switch (json.nextName()) {
        case "model" -> readModel();
        case "added_tokens" -> readAddedTokens();
        default -> json.skipValue();
      }
    }
    json.endObject();
    if (modelIds.isEmpty()) {
      throw new IOException("it has no model.vocab");
    }
    String unknown = unknownId == null ? unknownToken : token(unknownId);
    // As in the tokenizer library, an added token comes before one of the model.
    modelIds.putAll(addedIds);
    if (unknown == null || !modelIds.containsKey(unknown)) {
      throw new IOException("it names no unknown token (model.unk_id or unk_token) of its own");
    }
    return new Vocabulary(modelIds, unknown);
  }

  private void readModel() throws IOException {
    json.beginObject();
    while (json.hasNext()) {
      switch (json.nextName()) {
        case "vocab" -> readVocabulary();
        case "unk_id" -> unknownId = present() ? json.nextInt() : null;
        case "unk_token" -> unknownToken = present() ? json.nextString() : null;
        default -> json.skipValue();
      }
    }
    json.endObject();
  }

  /** A list of pairs of token and score for Unigram, else an object of ids. */
  private void readVocabulary() throws IOException {
    if (json.peek() == JsonToken.BEGIN_OBJECT) {
      json.beginObject();
      while (json.hasNext()) {
        modelIds.put(json.nextName(), json.nextInt());
      }
      json.endObject();
      return;
    }
    json.beginArray();
    for (int id = 0; json.hasNext(); id++) {
      json.beginArray();
      // Of equal tokens the last one counts, as in the library.
      modelIds.put(json.nextString(), id);
      json.skipValue();
      json.endArray();
    }
    json.endArray();
  }

  private void readAddedTokens() throws IOException {
    json.beginArray();
    while (json.hasNext()) {
      Integer id = null;
      String content = null;
      json.beginObject();
      while (json.hasNext()) {
        switch (json.nextName()) {
          case "id" -> id = json.nextInt();
          case "content" -> content = json.nextString();
          default -> json.skipValue();
        }
      }
      json.endObject();
      if (id == null || content == null) {
        throw new IOException("an added token lacks its id or content");
      }
      addedIds.put(content, id);
    }
    json.endArray();
  }

  private boolean present() throws IOException {
    if (json.peek() != JsonToken.NULL) {
      return true;
    }
    json.nextNull();
    return false;
  }

  private @Nullable String token(int id) {
    return modelIds.entrySet().stream()
        .filter(entry -> entry.getValue() == id)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(null);
  }

  /**
   * What was read.
   *
   * @param ids by the tokens' texts, added tokens included; not copied
   * @param unknownToken one of them
   */
  public record Vocabulary(Map<String, Integer> ids, String unknownToken) {}
}
