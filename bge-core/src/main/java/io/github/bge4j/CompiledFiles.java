package io.github.bge4j;

import io.github.bge4j.internal.checkpoint.Checkpoint;
import io.github.bge4j.internal.checkpoint.Linear;
import io.github.bge4j.internal.checkpoint.ModelFolder;
import io.github.bge4j.internal.checkpoint.VectorRecipe;
import io.github.bge4j.internal.graph.EncoderGraph;
import io.github.bge4j.internal.graph.LinearHead;
import io.github.bge4j.internal.graph.WeightCache;
import io.github.bge4j.internal.runtime.CompiledModel;
import io.github.bge4j.internal.runtime.EncoderSession;
import io.github.bge4j.internal.text.PackedBatch;
import io.github.bge4j.internal.text.TokenizerFile;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A model of which the weights are used, in a graph of our own. */
final class CompiledFiles implements ModelFiles {

  private final String name;
  private final Supplier<TokenizerFile> tokenizer;
  private final Checkpoint checkpoint;
  private final @Nullable ModelFolder folder;
  private final Map<Output, Linear> heads = new EnumMap<>(Output.class);

  private CompiledFiles(
      String name,
      Supplier<TokenizerFile> tokenizer,
      Checkpoint checkpoint,
      @Nullable ModelFolder folder) {
    this.name = name;
    this.tokenizer = tokenizer;
    this.checkpoint = checkpoint;
    this.folder = folder;
    checkpoint.sparseHead().ifPresent(head -> heads.put(Output.SPARSE, head));
    checkpoint.colbertHead().ifPresent(head -> heads.put(Output.MULTI_VECTOR, head));
  }

  static CompiledFiles of(ModelFolder folder) {
    return new CompiledFiles(
        folder.root().toString(), folder::tokenizer, Checkpoint.open(folder), folder);
  }

  /** Reads an ONNX source that has a configuration. */
  static CompiledFiles of(OnnxSource source) {
    ModelFile config = Objects.requireNonNull(source.config());
    return new CompiledFiles(
        source.model().name(),
        source.tokenizer()::tokenizer,
        Checkpoint.ofOnnx(source.model().data(), config.data()),
        null);
  }

  @Override
  public TokenizerFile tokenizer() {
    return tokenizer.get();
  }

  @Override
  public OptionalInt vocabularySize() {
    return OptionalInt.of(checkpoint.config().vocabSize());
  }

  @Override
  public ModelTraits traits() {
    return folder == null ? ModelTraits.BGE : ModelTraits.of(folder);
  }

  @Override
  public int modelMaxTokens() {
    return checkpoint.config().maxTokens();
  }

  @Override
  public int defaultMaxTokens() {
    return folder == null ? modelMaxTokens() : folder.maxTokens(modelMaxTokens());
  }

  @Override
  public Set<String> unweightedTokens() {
    return checkpoint.unweightedTokens();
  }

  @Override
  public EncoderSession openEncoder(SessionSettings settings, Supplier<PackedBatch> probe) {
    ModelKind.requireEncoder(checkpoint.config(), checkpoint.weights());
    VectorRecipe recipe = traits().recipe();
    Pooling pooling = settings.pooling();
    EncoderGraph graph = EncoderGraph.compile(
        checkpoint.config(),
        checkpoint.weights(),
        LinearHead.readAll(heads),
        pooling == null ? recipe : recipe.withPooling(pooling),
        new WeightCache(settings.cacheFolder()));
    return CompiledModel.open(graph, name, settings.threadsPerRun());
  }

  @Override
  public EncoderSession openCrossEncoder(SessionSettings settings, Supplier<PackedBatch> probe) {
    ModelKind.requireCrossEncoder(checkpoint.config(), checkpoint.weights());
    ModelKind.requireReranker(folder);
    EncoderGraph graph = EncoderGraph.compileCrossEncoder(
        checkpoint.config(), checkpoint.weights(), new WeightCache(settings.cacheFolder()));
    return CompiledModel.open(graph, name, settings.threadsPerRun());
  }
}
