package io.github.bge4j;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An ONNX file and its tokenizer. Without more it runs as it is; {@link #withConfig} makes it
 * faster.
 *
 * <p>Immutable and thread-safe.
 */
public final class OnnxSource implements ModelSource {

  /** Positions of every BERT-based BGE model: 512. */
  public static final int DEFAULT_MODEL_MAX_TOKENS = 512;

  private final ModelFile model;
  private final ModelFile tokenizer;
  private final @Nullable ModelFile config;
  private final int modelMaxTokens;

  OnnxSource(ModelFile model, ModelFile tokenizer) {
    this(model, tokenizer, null, DEFAULT_MODEL_MAX_TOKENS);
  }

  private OnnxSource(
      ModelFile model, ModelFile tokenizer, @Nullable ModelFile config, int modelMaxTokens) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.config = config;
    this.modelMaxTokens = modelMaxTokens;
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
    return new OnnxSource(model, tokenizer, config, tokens);
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
    return new OnnxSource(model, tokenizer, ModelFile.of(file), modelMaxTokens);
  }

  /**
   * Returns this source with the model's configuration; see {@link #withConfig(Path)}.
   *
   * @param json content of the {@code config.json} file; not copied
   * @return a new source
   */
  public OnnxSource withConfig(byte[] json) {
    return new OnnxSource(model, tokenizer, ModelFile.of(json), modelMaxTokens);
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
