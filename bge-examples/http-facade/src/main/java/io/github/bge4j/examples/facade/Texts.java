package io.github.bge4j.examples.facade;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bge4j.Output;
import io.github.bge4j.batching.RequestOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The texts of a request, checked and cut to a number of characters (code points).
 *
 * @param texts none was blank before the cut
 * @param cut whether each of them lost its end
 */
record Texts(List<String> texts, List<Boolean> cut) implements Input {

  /** Reads a list of strings. */
  static Texts of(JsonNode list, FacadeSettings settings) {
    List<String> texts = new ArrayList<>(list.size());
    for (JsonNode text : list) {
      if (!text.isTextual()) {
        throw ApiException.shape(
            "string_type",
            "input",
            "input[" + texts.size() + "] must be a string, or all of input token ids");
      }
      texts.add(text.textValue());
    }
    return checked("input", texts, settings);
  }

  /** Checks and cuts texts. */
  static Texts checked(String param, List<String> texts, FacadeSettings settings) {
    List<String> kept = new ArrayList<>(texts.size());
    List<Boolean> cut = new ArrayList<>(texts.size());
    int most = settings.maxTextChars();
    for (String text : texts) {
      if (text.isBlank()) {
        String name = texts.size() == 1 ? param : param + "[" + kept.size() + "]";
        throw ApiException.value(
            "empty_text", param, name + " must not be empty or blank; send text or leave it out");
      }
      boolean tooLong = text.length() > most && text.codePointCount(0, text.length()) > most;
      kept.add(tooLong ? text.substring(0, text.offsetByCodePoints(0, most)) : text);
      cut.add(tooLong);
    }
    return new Texts(kept, cut);
  }

  /** Checks how many texts a list has, before anything is made of it. */
  static void checkCount(String param, int count, FacadeSettings settings) {
    if (count < 1 || count > settings.maxBatchSize()) {
      throw ApiException.value(
          "batch_size",
          param,
          param + " must hold from 1 to " + settings.maxBatchSize() + " texts (MAX_BATCH_SIZE): "
              + count + "; send several requests");
    }
  }

  @Override
  public int count() {
    return texts.size();
  }

  @Override
  public long length() {
    return texts.stream().mapToLong(String::length).sum();
  }

  @Override
  public boolean cut(int index) {
    return cut.get(index);
  }

  @Override
  public CompletableFuture<List<TextVectors>> embed(
      TextModel model, RequestOptions options, Output... outputs) {
    return model.embed(texts, options, outputs);
  }
}
