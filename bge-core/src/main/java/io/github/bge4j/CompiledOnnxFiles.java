package io.github.bge4j;

import io.github.bge4j.internal.checkpoint.DataSource;
import io.github.bge4j.internal.checkpoint.FileSource;
import io.github.bge4j.internal.checkpoint.MemorySource;
import io.github.bge4j.internal.checkpoint.ModelConfig;
import io.github.bge4j.internal.checkpoint.Weights;
import io.github.bge4j.internal.graph.EncoderGraph;
import io.github.bge4j.internal.graph.WeightCache;
import io.github.bge4j.internal.runtime.CompiledModel;
import io.github.bge4j.internal.runtime.EncoderSession;
import io.github.bge4j.internal.schedule.PackedBatch;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;

/** An ONNX file of which only the weights are used. */
final class CompiledOnnxFiles implements ModelFiles {

  private final OnnxSource source;
  private final ModelConfig config;

  CompiledOnnxFiles(OnnxSource source, ModelFile config) {
    this.source = source;
    this.config = ModelConfig.read(data(config));
  }

  private static DataSource data(ModelFile file) {
    Path path = file.path();
    return path == null
        ? new MemorySource(file.name(), ByteBuffer.wrap(file.read()))
        : FileSource.of(path);
  }

  @Override
  public ModelFile tokenizer() {
    return source.tokenizer();
  }

  @Override
  public ModelPreset preset() {
    return ModelPreset.NONE;
  }

  @Override
  public int modelMaxTokens() {
    return config.maxTokens();
  }

  @Override
  public EncoderSession openEncoder(SessionSettings settings, Supplier<PackedBatch> probe) {
    Weights weights = weights();
    ModelKind.requireEncoder(config, weights);
    EncoderGraph graph = EncoderGraph.compile(
        config,
        weights,
        Map.of(),
        settings.pooling() == null ? Pooling.CLS : settings.pooling(),
        new WeightCache(settings.cacheFolder()));
    return open(graph, settings);
  }

  @Override
  public EncoderSession openCrossEncoder(SessionSettings settings, Supplier<PackedBatch> probe) {
    Weights weights = weights();
    ModelKind.requireCrossEncoder(config, weights);
    return open(
        EncoderGraph.compileCrossEncoder(config, weights, new WeightCache(settings.cacheFolder())),
        settings);
  }

  private Weights weights() {
    return Weights.readOnnx(data(source.model()), config);
  }

  private EncoderSession open(EncoderGraph graph, SessionSettings settings) {
    return CompiledModel.open(graph, source.model().name(), settings.threadsPerRun());
  }
}
