package io.github.bge4j.examples.facade;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bge4j.Output;
import io.github.bge4j.batching.RequestOptions;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What a request wants embedded: texts, or texts as token ids. */
interface Input {

  /**
   * Reads a string, a list of strings, a list of token ids or a list of such lists.
   *
   * @param name what errors call the field
   */
  static Input of(String name, JsonNode input, FacadeSettings settings) {
    if (input.isTextual()) {
      return Texts.one(name, input.textValue(), settings);
    }
    if (!input.isArray()) {
      throw ApiException.shape(
          "string_type", name, name + " must be a string, a list of strings or token ids");
    }
    if (input.path(0).isNumber()) {
      return TokenTexts.one(name, input, settings);
    }
    Texts.checkCount(name, input.size(), settings);
    return input.path(0).isArray()
        ? TokenTexts.of(name, input, settings)
        : Texts.of(name, input, settings);
  }

  /** Returns what errors call the field that holds the texts. */
  String name();

  /** Returns how many texts there are. */
  int count();

  /** Returns how long the texts are, all together: in chars or token ids. */
  long length();

  /** Returns whether a text lost its end before it came to the model. */
  boolean cut(int index);

  CompletableFuture<List<TextVectors>> embed(
      TextModel model, RequestOptions options, Output... outputs);
}
