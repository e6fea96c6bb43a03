package io.github.bge4j;

import java.nio.file.Path;

/**
 * Where a model comes from. Nothing is read before {@link BgeEmbedderBuilder#build()}.
 *
 * <p>A ready ONNX file must take {@code input_ids}, and may take {@code attention_mask} and
 * {@code token_type_ids}, of shape {@code [batch, sequence]} with both axes dynamic. It must give
 * {@code last_hidden_state} or {@code token_embeddings}, {@code [batch, sequence, dimension]}, or
 * {@code sentence_embedding} or {@code dense}, {@code [batch, dimension]}. Its weights may lie in
 * external data files beside it, if it is given as a path.
 *
 * @see BgeEmbedderBuilder#model
 */
public sealed interface ModelSource permits OnnxSource {

  /** Positions of every BERT-based BGE model: 512. */
  int DEFAULT_MODEL_MAX_TOKENS = 512;

  /**
   * A ready ONNX file and its tokenizer on disk.
   *
   * @param model the {@code .onnx} file
   * @param tokenizer the {@code tokenizer.json} file
   * @return the source, with the limit {@value #DEFAULT_MODEL_MAX_TOKENS}
   */
  static ModelSource onnx(Path model, Path tokenizer) {
    return new OnnxSource(ModelFile.of(model), ModelFile.of(tokenizer), DEFAULT_MODEL_MAX_TOKENS);
  }

  /**
   * A ready ONNX file and its tokenizer in memory.
   *
   * @param model content of the {@code .onnx} file, without external data; not copied, must not
   *     change until {@code build()} returns
   * @param tokenizer content of the {@code tokenizer.json} file, likewise
   * @return the source, with the limit {@value #DEFAULT_MODEL_MAX_TOKENS}
   */
  static ModelSource onnx(byte[] model, byte[] tokenizer) {
    return new OnnxSource(ModelFile.of(model), ModelFile.of(tokenizer), DEFAULT_MODEL_MAX_TOKENS);
  }

  /**
   * A ready ONNX file and its tokenizer on the class path; read into memory by {@code build()}.
   *
   * @param loader finds the resources
   * @param model resource name of the {@code .onnx} file, without external data and below 2 GiB
   * @param tokenizer resource name of the {@code tokenizer.json} file
   * @return the source, with the limit {@value #DEFAULT_MODEL_MAX_TOKENS}
   */
  static ModelSource onnxResource(ClassLoader loader, String model, String tokenizer) {
    return new OnnxSource(
        ModelFile.resource(loader, model),
        ModelFile.resource(loader, tokenizer),
        DEFAULT_MODEL_MAX_TOKENS);
  }

  /**
   * Returns this source with another limit. An ONNX file does not state how many positions the
   * model has, so a model with more or fewer than {@value #DEFAULT_MODEL_MAX_TOKENS} needs it said.
   *
   * @param tokens most tokens that the model takes, special tokens included:
   *     {@code max_position_embeddings} of its {@code config.json} for BERT, 2 less for XLM-RoBERTa
   * @return a new source
   * @throws InvalidOptionException if {@code tokens} is below 2
   */
  ModelSource withModelMaxTokens(int tokens);
}
