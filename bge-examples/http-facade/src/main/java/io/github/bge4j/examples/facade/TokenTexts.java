package io.github.bge4j.examples.facade;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bge4j.Output;
import io.github.bge4j.batching.RequestOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Texts of a request as token ids of the model.
 *
 * @param texts none without tokens
 */
record TokenTexts(List<int[]> texts) implements Input {

  /** Reads lists of token ids. */
  static TokenTexts of(Iterable<JsonNode> lists) {
    List<int[]> texts = new ArrayList<>();
    for (JsonNode list : lists) {
      String name = "input[" + texts.size() + "]";
      if (!list.isArray()) {
        throw ApiException.shape(
            "list_type", "input", name + " must be a list of token ids, as the first one is");
      }
      if (list.isEmpty()) {
        throw ApiException.value(
            "empty_text", "input", name + " must hold a token id; leave it out");
      }
      texts.add(ids(list));
    }
    return new TokenTexts(texts);
  }

  private static int[] ids(JsonNode list) {
    int[] ids = new int[list.size()];
    for (int i = 0; i < ids.length; i++) {
      JsonNode id = list.get(i);
      if (!id.isIntegralNumber() || !id.canConvertToInt()) {
        throw ApiException.shape("int_type", "input", "token ids must be whole numbers");
      }
      ids[i] = id.intValue();
    }
    return ids;
  }

  @Override
  public int count() {
    return texts.size();
  }

  @Override
  public long length() {
    return texts.stream().mapToLong(ids -> ids.length).sum();
  }

  @Override
  public boolean cut(int index) {
    return false;
  }

  @Override
  public CompletableFuture<List<TextVectors>> embed(
      TextModel model, RequestOptions options, Output... outputs) {
    return model.embedTokens(texts, options, outputs);
  }
}
