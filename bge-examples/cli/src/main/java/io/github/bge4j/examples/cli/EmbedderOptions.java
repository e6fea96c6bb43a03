package io.github.bge4j.examples.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that opens an embedding model. */
final class EmbedderOptions extends ModelOptions {

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR|HUB_ID|bundled",
      description = {
        "A model directory as published, or as Sentence Transformers saves it (config.json,",
        "tokenizer.json or vocab.txt, and model.safetensors, pytorch_model.bin, model.onnx or",
        "onnx/model.onnx), or",
        "an id of the Hugging Face hub such as BAAI/bge-m3, of which a model that is not in",
        "the local cache is downloaded, or bundled: bge-small-en-v1.5, inside this jar."
      })
  private String model = "";

  @Option(
      names = "--query-instruction",
      paramLabel = "TEXT",
      description = "Put before every query. Default: that of the model.")
  private @Nullable String queryInstruction;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "Cut longer texts to N tokens. Default: what the model takes.")
  private @Nullable Integer maxTokens;

  String model() {
    return model;
  }

  @Nullable String queryInstruction() {
    return queryInstruction;
  }

  @Nullable Integer maxTokens() {
    return maxTokens;
  }
}
