package io.github.bge4j.internal.checkpoint;

import io.github.bge4j.ModelException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code config.json} says of an encoder. The activation is always the exact (erf) GELU, and
 * positions are always absolute: other models are refused.
 *
 * @param architectures class names in transformers; may be empty
 * @param hiddenSize width of a token's state
 * @param layers encoder layers
 * @param heads attention heads; they divide {@code hiddenSize}
 * @param intermediateSize width of the feed-forward network
 * @param layerNormEps added to the variance, inside the square root
 * @param maxPositions rows of the position table
 * @param typeVocabSize rows of the token type table
 * @param vocabSize rows of the word table
 * @param padTokenId of the padding token; XLM-RoBERTa counts positions from the one after it
 * @param numLabels outputs of the classifier, for rerankers
 */
public record ModelConfig(
    ModelFamily family,
    List<String> architectures,
    int hiddenSize,
    int layers,
    int heads,
    int intermediateSize,
    double layerNormEps,
    int maxPositions,
    int typeVocabSize,
    int vocabSize,
    int padTokenId,
    int numLabels) {

  /** How the names of the architectures of rerankers end. */
  static final String CLASSIFIER = "ForSequenceClassification";

  /** Far above any model: of states, vectors and modules. */
  static final int MAX_WIDTH = 1 << 16;

  private static final int MAX_ROWS = 1 << 24;
  private static final int MAX_LAYERS = 1 << 10;

  /** What transformers takes if nothing is said. */
  static final int DEFAULT_LABELS = 2;

  /** Positions of the special tokens that any text has. */
  private static final int LEAST_TOKENS = 2;

  /**
   * Reads a configuration. Absent fields have the defaults of the classes in transformers, which
   * are those of BERT base for both families.
   *
   * @throws ModelException if it is damaged or of a model that is not supported
   */
  public static ModelConfig read(Region source) {
    JsonFields fields = JsonFields.read(source);
    ModelFamily family = family(fields);
    refuseUnsupported(fields);
    ModelConfig config = new ModelConfig(
        family,
        fields.strings("architectures"),
        fields.integer("hidden_size", 768, 1, MAX_WIDTH),
        fields.integer("num_hidden_layers", 12, 1, MAX_LAYERS),
        fields.integer("num_attention_heads", 12, 1, MAX_WIDTH),
        fields.integer("intermediate_size", 3072, 1, MAX_WIDTH),
        fields.fraction("layer_norm_eps", 1e-12),
        fields.integer("max_position_embeddings", 512, 1, MAX_ROWS),
        fields.integer("type_vocab_size", 2, 1, MAX_WIDTH),
        fields.integer("vocab_size", 30522, 1, MAX_ROWS),
        fields.integer("pad_token_id", family.defaultPadTokenId(), 0, MAX_ROWS),
        numLabels(fields));
    config.checkTogether(source.name());
    return config;
  }

  /**
   * Checks what was not read of a {@code config.json}, whose bounds hold.
   *
   * @param file what messages call its file
   * @return this
   * @throws ModelException if no encoder has such sizes
   */
  ModelConfig checked(String file) {
    boolean fits = Math.max(Math.max(hiddenSize, heads), intermediateSize) <= MAX_WIDTH
        && Math.min(Math.min(hiddenSize, heads), intermediateSize) >= 1
        && layers <= MAX_LAYERS
        && Math.max(vocabSize, maxPositions) <= MAX_ROWS
        && Math.min(Math.min(vocabSize, maxPositions), typeVocabSize) >= 1
        && typeVocabSize <= MAX_WIDTH
        && numLabels >= 1
        && numLabels <= MAX_WIDTH
        && padTokenId >= 0
        && layerNormEps > 0
        && layerNormEps < 1;
    if (!fits) {
      throw new ModelException("an encoder must have sizes that can be: " + this + ", in " + file
          + "; the file is damaged");
    }
    checkTogether(file);
    return this;
  }

  /** Returns how many weights the layers have, norms and biases aside. */
  public long layerWeights() {
    long attention = 4L * hiddenSize * hiddenSize;
    return layers * (attention + 2L * hiddenSize * intermediateSize);
  }

  /** Returns how many weights an encoder has in all, without pooler and heads. */
  public long weights() {
    return weightShapes().values().stream()
        .mapToLong(shape -> Arrays.stream(shape).reduce(1, Math::multiplyExact))
        .sum();
  }

  /** Returns the most tokens of a text, special tokens included. */
  public int maxTokens() {
    return family == ModelFamily.XLM_ROBERTA ? maxPositions - padTokenId - 1 : maxPositions;
  }

  /** Returns whether it is a cross-encoder, with a classifier on top. */
  public boolean isClassifier() {
    return architectures.stream().anyMatch(name -> name.endsWith(CLASSIFIER));
  }

  /**
   * Returns the weights that every encoder has: their shapes by name, in the order in which they
   * are used. The pooler is not among them.
   */
  Map<String, long[]> weightShapes() {
    long hidden = hiddenSize;
    long wide = intermediateSize;
    Map<String, long[]> shapes = new LinkedHashMap<>();
    String embeddings = "embeddings.";
    shapes.put(embeddings + "word_embeddings.weight", new long[] {vocabSize, hidden});
    shapes.put(embeddings + "position_embeddings.weight", new long[] {maxPositions, hidden});
    shapes.put(embeddings + "token_type_embeddings.weight", new long[] {typeVocabSize, hidden});
    putNorm(shapes, embeddings + "LayerNorm", hidden);
    for (int i = 0; i < layers; i++) {
      String layer = "encoder.layer." + i + ".";
      putLinear(shapes, layer + "attention.self.query", hidden, hidden);
      putLinear(shapes, layer + "attention.self.key", hidden, hidden);
      putLinear(shapes, layer + "attention.self.value", hidden, hidden);
      putLinear(shapes, layer + "attention.output.dense", hidden, hidden);
      putNorm(shapes, layer + "attention.output.LayerNorm", hidden);
      putLinear(shapes, layer + "intermediate.dense", wide, hidden);
      putLinear(shapes, layer + "output.dense", hidden, wide);
      putNorm(shapes, layer + "output.LayerNorm", hidden);
    }
    return shapes;
  }

  private static void putLinear(Map<String, long[]> shapes, String layer, long out, long in) {
    shapes.put(layer + ".weight", new long[] {out, in});
    shapes.put(layer + ".bias", new long[] {out});
  }

  private static void putNorm(Map<String, long[]> shapes, String norm, long size) {
    shapes.put(norm + ".weight", new long[] {size});
    shapes.put(norm + ".bias", new long[] {size});
  }

  private static ModelFamily family(JsonFields fields) {
    String type = fields.string("model_type", "absent");
    return Arrays.stream(ModelFamily.values())
        .filter(family -> family.typeName().equals(type))
        .findFirst()
        .orElseThrow(
            () -> unsupported(fields, "model_type must be 'bert' or 'xlm-roberta': " + type));
  }

  private static void refuseUnsupported(JsonFields fields) {
    String activation = fields.string("hidden_act", "gelu");
    if (!activation.equals("gelu")) {
      throw unsupported(fields, "hidden_act must be 'gelu': " + activation);
    }
    String positions = fields.string("position_embedding_type", "absolute");
    if (!positions.equals("absolute")) {
      throw unsupported(fields, "position_embedding_type must be 'absolute': " + positions);
    }
    if (fields.has("quantization_config")) {
      throw unsupported(fields, "quantization_config must be absent: it is there");
    }
    for (String flag : List.of("is_decoder", "is_encoder_decoder", "add_cross_attention")) {
      if (fields.flag(flag)) {
        throw unsupported(fields, flag + " must be false: true");
      }
    }
  }

  private static int numLabels(JsonFields fields) {
    int labels = fields.has("id2label") ? fields.fields("id2label").names().size() : DEFAULT_LABELS;
    return fields.integer("num_labels", labels, 1, MAX_WIDTH);
  }

  private void checkTogether(String file) {
    if (hiddenSize % heads != 0) {
      throw new ModelException("num_attention_heads must divide hidden_size: " + hiddenSize + " / "
          + heads + ", in " + file + "; the file is damaged");
    }
    if (padTokenId >= vocabSize) {
      throw new ModelException("pad_token_id must be below vocab_size: " + padTokenId + " >= "
          + vocabSize + ", in " + file + "; the file is damaged");
    }
    if (maxTokens() < LEAST_TOKENS) {
      throw new ModelException("max_position_embeddings must leave room for " + LEAST_TOKENS
          + " tokens: " + maxPositions + ", in " + file + "; the file is damaged");
    }
  }

  private static ModelException unsupported(JsonFields fields, String rule) {
    return new ModelException(rule + ", in " + fields.file()
        + "; supported are BERT and XLM-RoBERTa encoders with absolute positions, such as"
        + " BAAI/bge-m3, bge-*-v1.5 and bge-reranker-v2-m3");
  }
}
