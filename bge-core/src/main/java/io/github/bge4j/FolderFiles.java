package io.github.bge4j;

import io.github.bge4j.internal.checkpoint.PositionLimit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Takes a folder for a checkpoint, or for a ready ONNX file and what belongs to it. */
final class FolderFiles {

  private FolderFiles() {}

  static ModelFiles of(Path folder) {
    boolean checkpoint = Stream.of("model.safetensors", "pytorch_model.bin")
        .flatMap(name -> Stream.of(name, name + ".index.json"))
        .anyMatch(name -> Files.exists(folder.resolve(name)));
    if (checkpoint) {
      return new CheckpointFiles(folder);
    }
    return Stream.of("model.onnx", "onnx/model.onnx")
        .map(folder::resolve)
        .filter(Files::exists)
        .findFirst()
        .<ModelFiles>map(model -> readyOnnx(folder, model))
        .orElseGet(() -> new CheckpointFiles(folder));
  }

  private static ModelFiles readyOnnx(Path folder, Path model) {
    int limit = PositionLimit.read(folder.resolve("config.json"))
        .orElse(OnnxSource.DEFAULT_MODEL_MAX_TOKENS);
    OnnxSource source = ModelSource.onnx(model, folder.resolve("tokenizer.json"));
    return new ReadyOnnxFiles(source.withModelMaxTokens(limit), ModelPreset.of(folder));
  }
}
