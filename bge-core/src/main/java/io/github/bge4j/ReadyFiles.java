package io.github.bge4j;

import io.github.bge4j.internal.checkpoint.Linear;
import io.github.bge4j.internal.checkpoint.ModelFolder;
import io.github.bge4j.internal.checkpoint.OnnxOperators;
import io.github.bge4j.internal.checkpoint.SpecialTokens;
import io.github.bge4j.internal.checkpoint.VectorRecipe;
import io.github.bge4j.internal.graph.EncoderGraph;
import io.github.bge4j.internal.graph.LinearHead;
import io.github.bge4j.internal.runtime.EncoderSession;
import io.github.bge4j.internal.runtime.ReadyHeads;
import io.github.bge4j.internal.runtime.ReadyModel;
import io.github.bge4j.internal.text.PackedBatch;
import io.github.bge4j.internal.text.TokenizerFile;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An ONNX file that runs as it is, and what a folder around it says. */
final class ReadyFiles implements ModelFiles {

  private final ModelFile model;
  private final Supplier<TokenizerFile> tokenizer;
  private final int modelMaxTokens;
  private final @Nullable ModelFolder folder;
  private final Map<Output, Linear> heads = new EnumMap<>(Output.class);

  private ReadyFiles(
      ModelFile model,
      Supplier<TokenizerFile> tokenizer,
      int modelMaxTokens,
      @Nullable ModelFolder folder) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.modelMaxTokens = modelMaxTokens;
    this.folder = folder;
  }

  static ReadyFiles of(OnnxSource source) {
    return new ReadyFiles(
        source.model(), source.tokenizer()::tokenizer, source.modelMaxTokens(), null);
  }

  static ReadyFiles of(ModelFolder folder, String readyOnnx) {
    ModelFolder.AsIs known = folder.asIs();
    ReadyFiles files = new ReadyFiles(
        ModelFile.of(folder.root().resolve(readyOnnx)),
        folder::tokenizer,
        known.maxTokens().orElse(OnnxSource.DEFAULT_MODEL_MAX_TOKENS),
        folder);
    known.hiddenSize().ifPresent(size -> {
      folder.sparseHead(size).ifPresent(head -> files.heads.put(Output.SPARSE, head));
      folder.colbertHead(size).ifPresent(head -> files.heads.put(Output.MULTI_VECTOR, head));
    });
    return files;
  }

  @Override
  public TokenizerFile tokenizer() {
    return tokenizer.get();
  }

  @Override
  public OptionalInt vocabularySize() {
    return OptionalInt.empty();
  }

  @Override
  public ModelTraits traits() {
    return folder == null ? ModelTraits.BGE : ModelTraits.of(folder);
  }

  @Override
  public int modelMaxTokens() {
    return modelMaxTokens;
  }

  @Override
  public int defaultMaxTokens() {
    return folder == null ? modelMaxTokens : folder.maxTokens(modelMaxTokens);
  }

  @Override
  public Set<String> unweightedTokens() {
    return SpecialTokens.read(folder == null ? null : folder.transformer(), Optional.empty());
  }

  @Override
  public EncoderSession openEncoder(SessionSettings settings, Supplier<PackedBatch> probe) {
    VectorRecipe recipe = traits().recipe();
    Pooling pooling = settings.pooling();
    VectorRecipe chosen = pooling == null ? recipe : recipe.withPooling(pooling);
    Map<Output, LinearHead> inMemory = LinearHead.readAll(heads);
    ReadyHeads wanted = new ReadyHeads(
        (hiddenSize, halfStates) ->
            EncoderGraph.compileHeads(hiddenSize, halfStates, inMemory, chosen),
        inMemory.keySet(),
        pooling != null);
    return open(wanted, settings, probe);
  }

  @Override
  public EncoderSession openCrossEncoder(SessionSettings settings, Supplier<PackedBatch> probe) {
    ModelKind.requireReranker(folder);
    EncoderSession session = open(ReadyHeads.LOGITS, settings, probe);
    if (session.dimension() != 1) {
      session.close();
      throw ModelKind.otherLabels(session.dimension(), model.name());
    }
    return session;
  }

  private EncoderSession open(
      ReadyHeads wanted, SessionSettings settings, Supplier<PackedBatch> probe) {
    boolean mixesTexts = OnnxOperators.quantizeDynamically(model.data());
    Path path = model.path();
    return path == null
        ? ReadyModel.open(
            model.read(), model.name(), settings.threadsPerRun(), wanted, mixesTexts, probe)
        : ReadyModel.open(path, settings.threadsPerRun(), wanted, mixesTexts, probe);
  }
}
