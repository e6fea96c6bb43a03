package io.github.bge4j;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An ONNX file and its tokenizer. What becomes of it must be said: {@link #withConfig} takes its
 * weights, for a graph of our own; {@link #asIs} runs it, which is for files that are trusted.
 *
 * <p>Immutable and thread-safe.
 */
public final class OnnxSource implements ModelSource {

  /** Positions of every BERT-based BGE model: 512. */
  public static final int DEFAULT_MODEL_MAX_TOKENS = 512;

  private final ModelFile model;
  private final ModelFile tokenizer;
  private final @Nullable ModelFile config;
  private final boolean asIs;
  private final int modelMaxTokens;

  OnnxSource(ModelFile model, ModelFile tokenizer) {
    this(model, tokenizer, null, false, DEFAULT_MODEL_MAX_TOKENS);
  }

  private OnnxSource(
      ModelFile model,
      ModelFile tokenizer,
      @Nullable ModelFile config,
      boolean asIs,
      int modelMaxTokens) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.config = config;
    this.asIs = asIs;
    this.modelMaxTokens = modelMaxTokens;
  }

  /**
   * Returns this source with its graph run as it is. <b>The file must be trusted:</b> a graph is
   * code for a native runtime, and a malicious one can end the JVM. It must take {@code input_ids},
   * and may take {@code attention_mask} and {@code token_type_ids}, of shape {@code [batch,
   * sequence]} with both axes dynamic. It must give {@code last_hidden_state} or
   * {@code token_embeddings}, {@code [batch, sequence, dimension]}, or {@code sentence_embedding},
   * {@code dense} or {@code dense_vecs}, {@code [batch, dimension]}, and may give
   * {@code sparse_vecs} and {@code colbert_vecs}, as exports of BGE-M3 do; for a reranker
   * {@code logits}, {@code [batch, 1]}. A file that quantizes while it runs gives a text other
   * numbers beside company than alone, so its texts run one by one.
   *
   * @return a new source, without a configuration
   */
  public OnnxSource asIs() {
    return new OnnxSource(model, tokenizer, null, true, modelMaxTokens);
  }

  /**
   * Returns this source with another limit. An ONNX file does not state how many positions the
   * model has, so a model with more or fewer than {@value #DEFAULT_MODEL_MAX_TOKENS} needs it said,
   * unless its configuration is given.
   *
   * @param tokens most tokens that the model takes, special tokens included:
   *     {@code max_position_embeddings} of its {@code config.json} for BERT, 2 less for XLM-RoBERTa
   * @return a new source
   * @throws InvalidOptionException if {@code tokens} is below 2
   */
  public OnnxSource withModelMaxTokens(int tokens) {
    if (tokens < 2) {
      throw new InvalidOptionException(
          "model max tokens must be at least 2, room for the special tokens: " + tokens);
    }
    return new OnnxSource(model, tokenizer, config, asIs, tokens);
  }

  /**
   * Returns this source with the model's configuration. The file must then be a PyTorch export of a
   * BERT or XLM-RoBERTa encoder or cross-encoder: only its weights are used, in a faster graph, and
   * the configuration states the limit.
   *
   * @param file the {@code config.json} file
   * @return a new source
   */
  public OnnxSource withConfig(Path file) {
    return new OnnxSource(model, tokenizer, ModelFile.of(file), false, modelMaxTokens);
  }

  /**
   * Returns this source with the model's configuration; see {@link #withConfig(Path)}.
   *
   * @param json content of the {@code config.json} file; not copied
   * @return a new source
   */
  public OnnxSource withConfig(byte[] json) {
    return new OnnxSource(model, tokenizer, ModelFile.of(json), false, modelMaxTokens);
  }

  /** Returns whether the graph of the file runs, and not our own. */
  boolean isAsIs() {
    return asIs;
  }

  ModelFile model() {
    return model;
  }

  ModelFile tokenizer() {
    return tokenizer;
  }

  @Nullable ModelFile config() {
    return config;
  }

  int modelMaxTokens() {
    return modelMaxTokens;
  }
}
