package io.github.bge4j;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An ONNX file and its tokenizer. Its weights are used in a graph of our own, which is faster than
 * that of the file, and safe: the file's nodes are read, but never run. What the weights do not
 * say, the nodes do: heads, epsilon, activation, positions. They must be those of a BERT or
 * XLM-RoBERTa encoder or cross-encoder as PyTorch, Optimum or Sentence Transformers export it,
 * plain or fused by ONNX Runtime, in fp32 or fp16, and are checked to the last one.
 *
 * <p>What is not understood is refused with a {@link ModelException} that names it. There are two
 * other ways then: {@link #asIs} runs the file, which is for files that are trusted, and for all
 * that are quantized; {@link #withConfig} goes by the names of the weights.
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
   * Returns this source with another limit for a file that runs {@linkplain #asIs as it is}, which
   * does not state how many positions the model has: one with more or fewer than
   * {@value #DEFAULT_MODEL_MAX_TOKENS} needs it said. Otherwise the limit is that of the weights.
   *
   * @param tokens most tokens that the model takes, special tokens included:
   *     {@code max_position_embeddings} of its {@code config.json} for BERT, 2 less for XLM-RoBERTa
   * @return a new source
   * @throws InvalidOptionException if {@code tokens} is below 2
   */
  public OnnxSource withModelMaxTokens(int tokens) {
    if (tokens < 2) {
      throw new InvalidOptionException(
          "model max tokens must be at least 2, room for the special tokens: " + tokens
              + "; give the number of positions that the model has");
    }
    return new OnnxSource(model, tokenizer, config, asIs, tokens);
  }

  /**
   * Returns this source with the model's configuration. The file must then be a PyTorch export of a
   * BERT or XLM-RoBERTa encoder or cross-encoder: only its weights are used, found by their names,
   * and its nodes are not looked at. Needed only where the nodes are not understood.
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
