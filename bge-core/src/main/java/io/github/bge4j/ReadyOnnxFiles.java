package io.github.bge4j;

import io.github.bge4j.internal.runtime.DenseHead;
import io.github.bge4j.internal.runtime.EncoderSession;
import io.github.bge4j.internal.runtime.ReadyModel;
import io.github.bge4j.internal.schedule.PackedBatch;
import java.nio.file.Path;
import java.util.function.Supplier;

/** An ONNX file that runs as it is. */
record ReadyOnnxFiles(OnnxSource source, ModelPreset preset) implements ModelFiles {

  @Override
  public ModelFile tokenizer() {
    return source.tokenizer();
  }

  @Override
  public int modelMaxTokens() {
    return source.modelMaxTokens();
  }

  @Override
  public EncoderSession openEncoder(SessionSettings settings, Supplier<PackedBatch> probe) {
    return open(DenseHead.vectors(settings.pooling()), settings, probe);
  }

  @Override
  public EncoderSession openCrossEncoder(SessionSettings settings, Supplier<PackedBatch> probe) {
    EncoderSession session = open(DenseHead.LOGITS, settings, probe);
    if (session.dimension() != 1) {
      session.close();
      throw ModelKind.otherLabels(session.dimension(), source.model().name());
    }
    return session;
  }

  private EncoderSession open(
      DenseHead head, SessionSettings settings, Supplier<PackedBatch> probe) {
    ModelFile file = source.model();
    Path path = file.path();
    return path == null
        ? ReadyModel.open(file.read(), file.name(), settings.threadsPerRun(), head, probe)
        : ReadyModel.open(path, settings.threadsPerRun(), head, probe);
  }
}
