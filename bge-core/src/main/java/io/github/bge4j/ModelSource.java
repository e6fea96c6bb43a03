package io.github.bge4j;

import java.nio.file.Path;

/**
 * Where a model comes from. Nothing is read before {@code build()}.
 *
 * <p>A ready ONNX file must take {@code input_ids}, and may take {@code attention_mask} and
 * {@code token_type_ids}, of shape {@code [batch, sequence]} with both axes dynamic. It must give
 * {@code last_hidden_state} or {@code token_embeddings}, {@code [batch, sequence, dimension]}, or
 * {@code sentence_embedding} or {@code dense}, {@code [batch, dimension]}; for a reranker
 * {@code logits}, {@code [batch, 1]}. Its weights may lie in external data files beside it, if it
 * is given as a path.
 *
 * @see BgeModelBuilder#model
 */
public sealed interface ModelSource permits DirectorySource, HubSource, OnnxSource {

  /**
   * A model folder in the layout of Hugging Face, as published: {@code config.json},
   * {@code tokenizer.json}, weights in {@code model.safetensors} (also sharded) or
   * {@code pytorch_model.bin}, and for BGE-M3 {@code sparse_linear.pt} and
   * {@code colbert_linear.pt}. BERT and XLM-RoBERTa encoders and cross-encoders, stored as fp32,
   * fp16 or bf16.
   *
   * <p>fp32 weights are used where they lie: the files must not change while the model is open.
   * Others are converted once and kept in a {@linkplain BgeModelBuilder#cacheDirectory cache}.
   *
   * @param folder the folder; nothing is written to it
   * @return the source
   */
  static ModelSource directory(Path folder) {
    return new DirectorySource(folder);
  }

  /**
   * A model of the Hugging Face hub: from the local cache, or downloaded into it when the model is
   * opened.
   *
   * @param name an id, such as {@code BAAI/bge-m3}; or a folder that exists, as for
   *     {@link #directory}, which then goes before an id. A model of which only ONNX files are
   *     there runs as they are
   * @return the source, at revision {@code main}
   * @throws InvalidOptionException if it is neither, or a variable of the environment is wrong
   */
  static HubSource hub(String name) {
    return new HubSource(name);
  }

  /**
   * A ready ONNX file and its tokenizer on disk.
   *
   * @param model the {@code .onnx} file
   * @param tokenizer the {@code tokenizer.json} file
   * @return the source, with the limit {@value OnnxSource#DEFAULT_MODEL_MAX_TOKENS}
   */
  static OnnxSource onnx(Path model, Path tokenizer) {
    return new OnnxSource(ModelFile.of(model), ModelFile.of(tokenizer));
  }

  /**
   * A ready ONNX file and its tokenizer in memory.
   *
   * @param model content of the {@code .onnx} file, without external data; not copied, must not
   *     change until {@code build()} returns
   * @param tokenizer content of the {@code tokenizer.json} file, likewise
   * @return the source, with the limit {@value OnnxSource#DEFAULT_MODEL_MAX_TOKENS}
   */
  static OnnxSource onnx(byte[] model, byte[] tokenizer) {
    return new OnnxSource(ModelFile.of(model), ModelFile.of(tokenizer));
  }

  /**
   * A ready ONNX file and its tokenizer on the class path; read into memory by {@code build()}.
   *
   * @param loader finds the resources
   * @param model resource name of the {@code .onnx} file, without external data and below 2 GiB
   * @param tokenizer resource name of the {@code tokenizer.json} file
   * @return the source, with the limit {@value OnnxSource#DEFAULT_MODEL_MAX_TOKENS}
   */
  static OnnxSource onnxResource(ClassLoader loader, String model, String tokenizer) {
    return new OnnxSource(ModelFile.resource(loader, model), ModelFile.resource(loader, tokenizer));
  }
}
