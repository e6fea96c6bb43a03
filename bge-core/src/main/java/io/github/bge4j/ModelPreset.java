package io.github.bge4j;

import java.util.Locale;
import java.util.Map;

/**
 * What follows from the name of a model. Pooling, longest text and outputs are in the files of
 * every model of the family: {@code 1_Pooling/config.json} (all by CLS),
 * {@code sentence_bert_config.json} (512 tokens, BGE-M3 8,192), and the heads themselves.
 *
 * <p>Source: model list in the README of FlagEmbedding 1.4.0, which has the instructions; a model's
 * own files go before it.
 *
 * @param queryInstruction put before a query
 * @param hasHeads true for the heads of lexical weights and ColBERT vectors
 * @param known whether the id is that of a BGE model, pooled by CLS and scaled to length 1
 */
record ModelPreset(String queryInstruction, boolean hasHeads, boolean known) {

  private static final ModelPreset NONE = new ModelPreset("", false, false);

  private static final String OWNER = "BAAI/";

  /** By a pattern of the name without its owner. */
  private static final Map<String, ModelPreset> TABLE = Map.of(
      "bge-(small|base|large)-en(-v1\\.5)?",
      new ModelPreset(QueryInstructions.ENGLISH, false, true),
      "bge-(small|base|large)-zh(-v1\\.5)?",
      new ModelPreset(QueryInstructions.CHINESE, false, true),
      "bge-reranker-.*",
      new ModelPreset("", false, true),
      "bge-m3",
      new ModelPreset("", true, true));

  /** A model of another owner may have been trained further, with modules of its own. */
  private ModelPreset ofAnotherOwner() {
    return new ModelPreset(queryInstruction, hasHeads, false);
  }

  /**
   * Finds the preset of an id; owners matter for nothing but {@code known}, so mirrors have it too.
   */
  static ModelPreset named(String id) {
    String name = id.substring(id.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    return TABLE.entrySet().stream()
        .filter(entry -> name.matches(entry.getKey()))
        .findFirst()
        .map(Map.Entry::getValue)
        .map(preset -> id.startsWith(OWNER) ? preset : preset.ofAnotherOwner())
        .orElse(NONE);
  }
}
