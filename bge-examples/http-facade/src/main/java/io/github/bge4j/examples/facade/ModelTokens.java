package io.github.bge4j.examples.facade;

import io.github.bge4j.ModelVocabulary;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * What tells token ids of a model from those of others.
 *
 * @param first id that begins a text, or -1 if it is not known
 * @param last id that ends a text, or -1 if it is not known
 * @param count the largest id and one
 */
record ModelTokens(int first, int last, int count) {

  private record Pair(String first, String last) {}

  /** Of XLM-RoBERTa and of BERT. */
  private static final List<Pair> PAIRS =
      List.of(new Pair("<s>", "</s>"), new Pair("[CLS]", "[SEP]"));

  static ModelTokens of(ModelVocabulary vocabulary) {
    Map<String, Integer> ids = vocabulary.ids();
    int count = Collections.max(ids.values()) + 1;
    return PAIRS.stream()
        .map(pair -> new ModelTokens(
            ids.getOrDefault(pair.first(), -1), ids.getOrDefault(pair.last(), -1), count))
        .filter(tokens -> tokens.first >= 0 && tokens.last >= 0)
        .findFirst()
        .orElse(new ModelTokens(-1, -1, count));
  }

  /** Tells whether a text begins and ends as this model's tokenizer lets it. */
  boolean enclose(int[] ids) {
    return ids.length > 1 && ids[0] == first && ids[ids.length - 1] == last;
  }

  boolean hold(int id) {
    return id >= 0 && id < count;
  }
}
