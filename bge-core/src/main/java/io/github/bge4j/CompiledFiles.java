package io.github.bge4j;

import io.github.bge4j.internal.checkpoint.Checkpoint;
import io.github.bge4j.internal.checkpoint.ModelConfig;
import io.github.bge4j.internal.checkpoint.ModelFolder;
import io.github.bge4j.internal.checkpoint.Region;
import io.github.bge4j.internal.checkpoint.VectorRecipe;
import io.github.bge4j.internal.checkpoint.Weights;
import io.github.bge4j.internal.graph.EncoderGraph;
import io.github.bge4j.internal.graph.Target;
import io.github.bge4j.internal.graph.WeightCache;
import io.github.bge4j.internal.runtime.CompiledModel;
import io.github.bge4j.internal.runtime.CudaCard;
import io.github.bge4j.internal.runtime.EncoderSession;
import io.github.bge4j.internal.runtime.MultiDeviceSession;
import io.github.bge4j.internal.text.Tokenizer;
import io.github.bge4j.internal.text.TokenizerFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A model of which the weights are used, in a graph of our own. */
final class CompiledFiles extends ModelFiles {

  /** What a token takes in a run on a card, as multiples of its state: measured. */
  private static final long STATES_OF_A_RUN = 13;

  private final String name;
  private final Checkpoint checkpoint;

  private CompiledFiles(
      String name,
      Supplier<TokenizerFile> tokenizer,
      Checkpoint checkpoint,
      @Nullable ModelFolder folder) {
    super(tokenizer, folder);
    this.name = name;
    this.checkpoint = checkpoint;
    checkpoint.sparseHead().ifPresent(head -> heads().put(Output.SPARSE, head));
    checkpoint.colbertHead().ifPresent(head -> heads().put(Output.MULTI_VECTOR, head));
  }

  static CompiledFiles of(ModelFolder folder) {
    return new CompiledFiles(
        folder.root().toString(), folder::tokenizer, Checkpoint.open(folder), folder);
  }

  /** Reads an ONNX source that does not run as it is. */
  static CompiledFiles of(OnnxSource source) {
    return new CompiledFiles(
        source.model().name(), source.tokenizer()::tokenizer, checkpoint(source), null);
  }

  private static Checkpoint checkpoint(OnnxSource source) {
    Region model = source.model().data();
    ModelFile config = source.config();
    return config == null ? Checkpoint.ofOnnx(model) : Checkpoint.ofOnnx(model, config.data());
  }

  @Override
  boolean runsAsItIs() {
    return false;
  }

  @Override
  OptionalInt vocabularySize() {
    return OptionalInt.of(checkpoint.config().vocabSize());
  }

  @Override
  int modelMaxTokens() {
    return checkpoint.config().maxTokens();
  }

  @Override
  Set<String> unweightedTokens() {
    return checkpoint.unweightedTokens();
  }

  @Override
  EncoderSession openEncoder(ModelOptions options, Supplier<Tokenizer> tokenizer) {
    requireEncoder(checkpoint.config(), checkpoint.weights());
    VectorRecipe recipe = traits().recipe();
    Pooling pooling = options.pooling();
    if (pooling == null && !checkpoint.poolsFirstTokens()) {
      throw new ModelException("vectors of an ONNX file must be made of the first tokens unless"
          + " pooling is chosen: its own output is made otherwise, in " + name
          + "; call pooling(Pooling.MEAN) if it is the mean, or asIs() if you trust the file");
    }
    EncoderGraph graph = EncoderGraph.compile(
        checkpoint.config(),
        checkpoint.weights(),
        heads(),
        pooling == null ? recipe : recipe.withPooling(pooling),
        target(options),
        cache(options));
    return open(graph, options);
  }

  @Override
  EncoderSession openCrossEncoder(ModelOptions options, Supplier<Tokenizer> tokenizer) {
    requireCrossEncoder(checkpoint.config(), checkpoint.weights());
    requireReranker();
    EncoderGraph graph = EncoderGraph.compileCrossEncoder(
        checkpoint.config(), checkpoint.weights(), target(options), cache(options));
    return open(graph, options);
  }

  private EncoderSession open(EncoderGraph graph, ModelOptions options) {
    if (options.device().isCuda()) {
      return openOnCards(graph, cards(options));
    }
    long bytes = options.precision() == Precision.INT8 ? Byte.BYTES : Float.BYTES;
    long packed = checkpoint.config().layerWeights() * bytes;
    return CompiledModel.open(
        graph, name, options.threadsPerRun(), options.threadsOfLoneRun(packed));
  }

  private static Target target(ModelOptions options) {
    return options.device().isCuda()
        ? Target.cuda(options.precision())
        : Target.cpu(options.precision());
  }

  /** Opens a session on each card, behind one; all or none. */
  private EncoderSession openOnCards(EncoderGraph graph, List<CudaCard> cards) {
    Map<Device, EncoderSession> sessions = new LinkedHashMap<>();
    try {
      for (CudaCard card : cards) {
        sessions.put(card.device(), CompiledModel.open(graph, name, card));
      }
    } catch (BgeException e) {
      for (EncoderSession session : sessions.values()) {
        try {
          session.close();
        } catch (BgeException failure) {
          e.addSuppressed(failure);
        }
      }
      throw e;
    }
    return new MultiDeviceSession(sessions);
  }

  /** Tells what the model takes of each card; refuses a limit too low for its longest text. */
  private List<CudaCard> cards(ModelOptions options) {
    ModelConfig config = checkpoint.config();
    long bytes = options.precision() == Precision.FP16 ? Short.BYTES : Float.BYTES;
    long text = bytes * STATES_OF_A_RUN * config.hiddenSize() * options.maxTokens();
    long limit = options.runBytes();
    if (limit > 0 && limit < text) {
      throw new InvalidOptionException(
          "device memory limit must hold a run of the longest text, of "
              + options.maxTokens() + " tokens and " + text + " bytes: " + limit
              + "; raise it, or lower maxTokens");
    }
    return options.device().devices().stream()
        .map(device -> new CudaCard(device, config.weights() * bytes, text, limit))
        .toList();
  }

  private static WeightCache cache(ModelOptions options) {
    Path folder = options.cacheFolder();
    return new WeightCache(folder == null ? WeightCache.defaultFolder() : folder);
  }

  /**
   * Refuses a reranker.
   *
   * @throws ModelException if the configuration names a classifier or the weights hold one
   */
  private static void requireEncoder(ModelConfig config, Weights weights) {
    if (isCrossEncoder(config, weights)) {
      throw new ModelException("an embedding model must have no classifier: " + weights.origin()
          + " is a reranker; use BgeReranker");
    }
  }

  /**
   * Refuses what is no reranker, and one that gives more than one score a pair.
   *
   * @throws ModelException if there is no classifier of one label
   */
  private static void requireCrossEncoder(ModelConfig config, Weights weights) {
    if (!isCrossEncoder(config, weights)) {
      throw new ModelException("a reranker must have a classifier: " + weights.origin()
          + " is an embedding model; use BgeEmbedder, or a model such as BAAI/bge-reranker-v2-m3");
    }
    if (config.numLabels() != 1) {
      throw otherLabels(
          config.numLabels(),
          weights.origin() + " by config.json, whose num_labels or id2label say so (2 without)");
    }
  }

  private static boolean isCrossEncoder(ModelConfig config, Weights weights) {
    return config.isClassifier() || weights.hasClassifier(config);
  }
}
