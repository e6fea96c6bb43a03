package io.github.bge4j;

/** A ready ONNX file, its tokenizer, and the most tokens that the model takes. */
record OnnxSource(ModelFile model, ModelFile tokenizer, int modelMaxTokens) implements ModelSource {

  OnnxSource {
    if (modelMaxTokens < 2) {
      throw new InvalidOptionException(
          "model max tokens must be at least 2, room for the special tokens: " + modelMaxTokens);
    }
  }

  @Override
  public ModelSource withModelMaxTokens(int tokens) {
    return new OnnxSource(model, tokenizer, tokens);
  }
}
