package io.github.bge4j.examples.facade;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bge4j.Output;
import io.github.bge4j.batching.RequestOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Texts of a request as token ids of the model.
 *
 * @param name what errors call the field that holds them
 * @param texts none without tokens
 * @param lone whether the input is one list of ids, no list of lists
 * @param trusted whether they are the model's own though nothing around them says so
 */
record TokenTexts(String name, List<int[]> texts, boolean lone, boolean trusted) implements Input {

  /** Reads a list of token ids. */
  static TokenTexts one(String name, JsonNode ids, FacadeSettings settings) {
    return of(name, List.of(ids), true, settings);
  }

  /** Reads a list of lists of token ids. */
  static TokenTexts of(String name, JsonNode lists, FacadeSettings settings) {
    return of(name, lists, false, settings);
  }

  private static TokenTexts of(
      String name, Iterable<JsonNode> lists, boolean lone, FacadeSettings settings) {
    List<int[]> texts = new ArrayList<>();
    Faults shapes = new Faults(422);
    Faults empty = new Faults(400);
    for (JsonNode list : lists) {
      String param = lone ? name : name + "[" + texts.size() + "]";
      if (!list.isArray()) {
        shapes.add("list_type", param, param + " must be a list of token ids, as the first one is");
      } else if (list.isEmpty()) {
        empty.add("empty_text", param, param + " must hold a token id; leave it out");
      }
      texts.add(ids(list, param, shapes));
    }
    shapes.check();
    empty.check();
    return new TokenTexts(name, texts, lone, settings.trustsTokenIds());
  }

  private String param(int index) {
    return lone ? name : name + "[" + index + "]";
  }

  private static int[] ids(JsonNode list, String param, Faults faults) {
    int[] ids = new int[list.size()];
    for (int i = 0; i < ids.length; i++) {
      JsonNode id = list.get(i);
      if (!id.isIntegralNumber() || !id.canConvertToInt()) {
        String name = param + "[" + i + "]";
        faults.add("int_type", name, name + " must be a token id, a whole number");
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

  /**
   * Embeds them, if they are the model's.
   *
   * @throws ApiException if they may be those of another tokenizer, whose ids are other words
   */
  @Override
  public CompletableFuture<List<TextVectors>> embed(
      TextModel model, RequestOptions options, Output... outputs) {
    if (!trusted) {
      checkOwn(model.tokens());
    }
    checkKnown(model.tokens());
    return model.embedTokens(texts, options, outputs);
  }

  /** Names the first text only: a client sends such ids of all texts or of none. */
  private void checkOwn(ModelTokens tokens) {
    for (int i = 0; i < texts.size(); i++) {
      if (!tokens.enclose(texts.get(i))) {
        String param = param(i);
        throw ApiException.value(
            "foreign_token_ids",
            param,
            param
                + " must be text, or token ids of this model with its special tokens around them ("
                + tokens.first() + " and " + tokens.last()
                + "), as other tokenizers' ids mean other words; send text (in LangChain "
                + "check_embedding_ctx_length=False) or set TOKEN_IDS=trusted");
      }
    }
  }

  private void checkKnown(ModelTokens tokens) {
    Faults faults = new Faults(400);
    for (int i = 0; i < texts.size(); i++) {
      String param = param(i);
      Arrays.stream(texts.get(i))
          .filter(id -> !tokens.hold(id))
          .findFirst()
          .ifPresent(id -> faults.add(
              "unknown_token_id",
              param,
              param + " must hold token ids of this model, from 0 to " + (tokens.count() - 1) + ": "
                  + id + "; send text instead of another tokenizer's ids"));
    }
    faults.check();
  }
}
