package io.github.bge4j;

import java.nio.file.Path;

/**
 * Where a model comes from. Nothing is read before {@code build()}.
 *
 * @see BgeModelBuilder#model
 */
public sealed interface ModelSource permits DirectorySource, HubSource, OnnxSource {

  /**
   * A model folder in the layout of Hugging Face, as published, or as Sentence Transformers saves
   * it: {@code config.json}, {@code tokenizer.json} or {@code vocab.txt}, weights in
   * {@code model.safetensors} (also sharded), {@code pytorch_model.bin} or {@code onnx/model.onnx},
   * for BGE-M3 {@code sparse_linear.pt} and {@code colbert_linear.pt}, and {@code modules.json}
   * with what it names. BERT and XLM-RoBERTa encoders and cross-encoders, stored as fp32, fp16 or
   * bf16.
   *
   * <p>What decides about the meaning of a vector and is not understood is refused.
   *
   * <p>fp32 weights are used where they lie: the files must not change while the model is open.
   * Others are converted once and kept in a {@linkplain BgeModelBuilder#cacheDirectory cache}.
   *
   * @param folder the folder; nothing is written to it
   * @return the source
   */
  static DirectorySource directory(Path folder) {
    return new DirectorySource(folder);
  }

  /**
   * A model of the Hugging Face hub: from the local cache, or downloaded into it when the model is
   * opened.
   *
   * @param name an id, such as {@code BAAI/bge-m3}; or a folder that exists, as for
   *     {@link #directory}, which then goes before an id
   * @return the source, at revision {@code main}
   * @throws InvalidOptionException if it is neither, or a variable of the environment is wrong
   */
  static HubSource hub(String name) {
    return new HubSource(name);
  }

  /**
   * An ONNX file, with external data beside it if it has some, and its tokenizer on disk.
   *
   * @param model the {@code .onnx} file
   * @param tokenizer the {@code tokenizer.json} file
   * @return the source
   */
  static OnnxSource onnx(Path model, Path tokenizer) {
    return new OnnxSource(ModelFile.of(model), ModelFile.of(tokenizer));
  }

  /**
   * An ONNX file and its tokenizer in memory.
   *
   * @param model content of the {@code .onnx} file, without external data; not copied, must not
   *     change until {@code build()} returns
   * @param tokenizer content of the {@code tokenizer.json} file, likewise
   * @return the source
   */
  static OnnxSource onnx(byte[] model, byte[] tokenizer) {
    return new OnnxSource(ModelFile.of(model), ModelFile.of(tokenizer));
  }

  /**
   * An ONNX file and its tokenizer on the class path; read into memory by {@code build()}.
   *
   * @param loader finds the resources
   * @param model resource name of the {@code .onnx} file, without external data and below 2 GiB
   * @param tokenizer resource name of the {@code tokenizer.json} file
   * @return the source
   */
  static OnnxSource onnxResource(ClassLoader loader, String model, String tokenizer) {
    return new OnnxSource(ModelFile.resource(loader, model), ModelFile.resource(loader, tokenizer));
  }
}
