package io.github.bge4j;

import io.github.bge4j.internal.runtime.EncoderSession;
import io.github.bge4j.internal.runtime.ReadyModel;
import io.github.bge4j.internal.schedule.PackedBatch;
import java.nio.file.Path;
import java.util.function.Supplier;

/** An ONNX file that runs as it is. */
record ReadyOnnxFiles(OnnxSource source) implements ModelFiles {

  @Override
  public ModelFile tokenizer() {
    return source.tokenizer();
  }

  @Override
  public int modelMaxTokens() {
    return source.modelMaxTokens();
  }

  @Override
  public EncoderSession open(SessionSettings settings, Supplier<PackedBatch> probe) {
    ModelFile file = source.model();
    Path path = file.path();
    return path == null
        ? ReadyModel.open(
            file.read(), file.name(), settings.threadsPerRun(), settings.pooling(), probe)
        : ReadyModel.open(path, settings.threadsPerRun(), settings.pooling(), probe);
  }
}
