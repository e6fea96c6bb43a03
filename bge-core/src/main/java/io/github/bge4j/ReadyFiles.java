package io.github.bge4j;

import io.github.bge4j.internal.checkpoint.ModelFolder;
import io.github.bge4j.internal.checkpoint.OnnxOperators;
import io.github.bge4j.internal.checkpoint.SpecialTokens;
import io.github.bge4j.internal.checkpoint.VectorRecipe;
import io.github.bge4j.internal.graph.EncoderGraph;
import io.github.bge4j.internal.runtime.EncoderSession;
import io.github.bge4j.internal.runtime.ReadyHeads;
import io.github.bge4j.internal.runtime.ReadyModel;
import io.github.bge4j.internal.text.PackedBatch;
import io.github.bge4j.internal.text.PairEncoder;
import io.github.bge4j.internal.text.TextEncoder;
import io.github.bge4j.internal.text.TokenizedText;
import io.github.bge4j.internal.text.Tokenizer;
import io.github.bge4j.internal.text.TokenizerFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An ONNX file that runs as it is, and what a folder around it says. */
final class ReadyFiles extends ModelFiles {

  private final ModelFile model;
  private final int modelMaxTokens;

  private ReadyFiles(
      ModelFile model,
      Supplier<TokenizerFile> tokenizer,
      int modelMaxTokens,
      @Nullable ModelFolder folder) {
    super(tokenizer, folder);
    this.model = model;
    this.modelMaxTokens = modelMaxTokens;
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
      folder.sparseHead(size).ifPresent(head -> files.heads().put(Output.SPARSE, head));
      folder.colbertHead(size).ifPresent(head -> files.heads().put(Output.MULTI_VECTOR, head));
    });
    return files;
  }

  @Override
  boolean runsAsItIs() {
    return true;
  }

  @Override
  OptionalInt vocabularySize() {
    return OptionalInt.empty();
  }

  @Override
  int modelMaxTokens() {
    return modelMaxTokens;
  }

  @Override
  Set<String> unweightedTokens() {
    ModelFolder folder = folder();
    return SpecialTokens.read(folder == null ? null : folder.transformer(), Optional.empty());
  }

  @Override
  EncoderSession openEncoder(ModelOptions options, Supplier<Tokenizer> tokenizer) {
    VectorRecipe recipe = traits().recipe();
    Pooling pooling = options.pooling();
    VectorRecipe chosen = pooling == null ? recipe : recipe.withPooling(pooling);
    ReadyHeads wanted = new ReadyHeads(
        (hiddenSize, halfStates) ->
            EncoderGraph.compileHeads(hiddenSize, halfStates, heads(), chosen),
        heads().keySet(),
        pooling != null);
    return open(wanted, options, () -> {
      TextEncoder encoder = new TextEncoder(tokenizer.get(), options.maxTokens());
      return encoder.wrapTokens(largestId(tokenizer.get()));
    });
  }

  @Override
  EncoderSession openCrossEncoder(ModelOptions options, Supplier<Tokenizer> tokenizer) {
    requireReranker();
    EncoderSession session = open(ReadyHeads.LOGITS, options, () -> {
      PairEncoder encoder =
          new PairEncoder(tokenizer.get(), options.maxTokens(), options.maxTokens());
      return encoder.encode(largestId(tokenizer.get()), "");
    });
    if (session.dimension() != 1) {
      session.close();
      throw otherLabels(session.dimension(), model.name());
    }
    return session;
  }

  /** A model with a smaller table must fail when it is opened, not for the text that needs it. */
  private static int[] largestId(Tokenizer tokenizer) {
    return new int[] {tokenizer.size() - 1};
  }

  /**
   * Opens the file and tries it, as it says too little about what it gives.
   *
   * @param shortest gives the shortest text that the model reads
   */
  private EncoderSession open(
      ReadyHeads wanted, ModelOptions options, Supplier<TokenizedText> shortest) {
    if (options.precision() != Precision.FP32) {
      throw new InvalidOptionException("a file that runs as it is must be left its precision: "
          + options.precision() + ", " + model.name()
          + "; set none, or give a model whose weights are used: a folder, or without asIs()");
    }
    Supplier<PackedBatch> probe = () -> PackedBatch.of(List.of(shortest.get()));
    boolean mixesTexts = OnnxOperators.quantizeDynamically(model.data());
    Path path = model.path();
    return path == null
        ? ReadyModel.open(
            model.read(), model.name(), options.threadsPerRun(), wanted, mixesTexts, probe)
        : ReadyModel.open(path, options.threadsPerRun(), wanted, mixesTexts, probe);
  }
}
