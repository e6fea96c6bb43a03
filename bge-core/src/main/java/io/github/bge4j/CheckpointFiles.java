package io.github.bge4j;

import io.github.bge4j.internal.checkpoint.Checkpoint;
import io.github.bge4j.internal.checkpoint.Linear;
import io.github.bge4j.internal.graph.EncoderGraph;
import io.github.bge4j.internal.graph.LinearHead;
import io.github.bge4j.internal.graph.WeightCache;
import io.github.bge4j.internal.runtime.CompiledModel;
import io.github.bge4j.internal.runtime.EncoderSession;
import io.github.bge4j.internal.schedule.PackedBatch;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** A model folder in the layout of Hugging Face. */
final class CheckpointFiles implements ModelFiles {

  private final Checkpoint checkpoint;
  private final Map<Output, Linear> heads = new EnumMap<>(Output.class);

  CheckpointFiles(Path folder) {
    this.checkpoint = Checkpoint.open(folder);
    checkpoint.sparseHead().ifPresent(head -> heads.put(Output.SPARSE, head));
    checkpoint.colbertHead().ifPresent(head -> heads.put(Output.MULTI_VECTOR, head));
  }

  @Override
  public ModelFile tokenizer() {
    return ModelFile.of(checkpoint.tokenizer());
  }

  @Override
  public ModelPreset preset() {
    return ModelPreset.of(checkpoint.folder());
  }

  @Override
  public int modelMaxTokens() {
    return checkpoint.config().maxTokens();
  }

  @Override
  public int defaultMaxTokens() {
    return Math.min(modelMaxTokens(), checkpoint.maxSequenceTokens().orElse(modelMaxTokens()));
  }

  @Override
  public Set<String> unweightedTokens() {
    return heads.containsKey(Output.SPARSE) ? checkpoint.unweightedTokens() : Set.of();
  }

  @Override
  public EncoderSession openEncoder(SessionSettings settings, Supplier<PackedBatch> probe) {
    ModelKind.requireEncoder(checkpoint.config(), checkpoint.weights());
    Map<Output, LinearHead> inMemory = new EnumMap<>(Output.class);
    heads.forEach((output, head) -> inMemory.put(output, LinearHead.read(head)));
    EncoderGraph graph = EncoderGraph.compile(
        checkpoint.config(),
        checkpoint.weights(),
        inMemory,
        settings.pooling() == null ? checkpoint.pooling().orElse(Pooling.CLS) : settings.pooling(),
        new WeightCache(settings.cacheFolder()));
    return open(graph, settings);
  }

  @Override
  public EncoderSession openCrossEncoder(SessionSettings settings, Supplier<PackedBatch> probe) {
    ModelKind.requireCrossEncoder(checkpoint.config(), checkpoint.weights());
    return open(
        EncoderGraph.compileCrossEncoder(
            checkpoint.config(), checkpoint.weights(), new WeightCache(settings.cacheFolder())),
        settings);
  }

  private EncoderSession open(EncoderGraph graph, SessionSettings settings) {
    return CompiledModel.open(graph, checkpoint.folder().toString(), settings.threadsPerRun());
  }
}
