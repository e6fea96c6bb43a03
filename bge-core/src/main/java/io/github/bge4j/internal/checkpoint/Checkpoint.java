package io.github.bge4j.internal.checkpoint;

import io.github.bge4j.ModelException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The configuration and the weights of a model. Opening it checks the encoder; the heads are looked
 * at when they are asked for, so that a missing one costs nothing else.
 */
public final class Checkpoint {

  private final @Nullable ModelFolder folder;
  private final ModelConfig config;
  private final Weights weights;
  private final boolean firstTokens;

  private Checkpoint(
      @Nullable ModelFolder folder, ModelConfig config, Weights weights, boolean firstTokens) {
    this.folder = folder;
    this.config = config;
    this.weights = weights;
    this.firstTokens = firstTokens;
  }

  /**
   * Opens a folder. Reads indexes only: milliseconds, whatever the size of the model.
   *
   * @throws ModelException if a file is missing, damaged, or of a model that is not supported
   */
  public static Checkpoint open(ModelFolder folder) {
    Path encoder = folder.transformer();
    ModelConfig config = ModelConfig.read(Region.ofFile(encoder.resolve(NeededFiles.CONFIG)));
    folder.requireStateWidth(config.hiddenSize());
    Weights stored = WeightFiles.read(encoder);
    try {
      return new Checkpoint(folder, config, stored.requireEncoder(config), true);
    } catch (ModelException e) {
      if (!stored.origin().endsWith(".onnx")) {
        throw e;
      }
      String file = folder.root().relativize(Path.of(stored.origin())).toString();
      throw new ModelException(e.getMessage() + WeightFiles.asIs(file.replace('\\', '/')), e);
    }
  }

  /**
   * Opens an ONNX file that PyTorch exported, of which only the weights are used.
   *
   * @throws ModelException if it is damaged or lacks a weight of the encoder
   */
  public static Checkpoint ofOnnx(Region model, Region config) {
    ModelConfig known = ModelConfig.read(config);
    return new Checkpoint(null, known, Weights.readOnnx(model, known), true);
  }

  /**
   * Opens an ONNX file of which nothing else is known: its configuration follows from its graph,
   * and only its weights are used.
   *
   * @throws ModelException if it is damaged, or not an encoder in a form that is known
   */
  public static Checkpoint ofOnnx(Region model) {
    OnnxEncoder.Found found = OnnxEncoder.find(model);
    Map<String, WeightReference> stored = new LinkedHashMap<>(found.weights());
    OnnxInitializerReader.read(model).forEach((name, weight) -> {
      for (String head : List.of(NeededFiles.SPARSE_HEAD, NeededFiles.COLBERT_HEAD)) {
        int start = name.lastIndexOf(head + ".");
        if (start >= 0) {
          stored.putIfAbsent(name.substring(start), weight);
        }
      }
    });
    Weights weights = Weights.of(model.name(), stored).requireEncoder(found.config());
    return new Checkpoint(null, found.config(), weights, found.firstTokens());
  }

  /** Returns the configuration. */
  public ModelConfig config() {
    return config;
  }

  /**
   * Returns whether vectors that an ONNX file gives itself are the states of the first tokens; true
   * for other files, which give none.
   */
  public boolean poolsFirstTokens() {
    return firstTokens;
  }

  /** Returns the weights; those of the encoder are all there and have their shapes. */
  public Weights weights() {
    return weights;
  }

  /**
   * Returns the special tokens that lexical weights leave out: those for the start, the end,
   * padding and the unknown.
   *
   * @throws ModelException if the file that names them is damaged
   */
  public Set<String> unweightedTokens() {
    return SpecialTokens.read(
        folder == null ? null : folder.transformer(), Optional.of(config.family()));
  }

  /**
   * Returns the head of sparse weights, {@code [1, hidden]}, if there is one.
   *
   * @throws ModelException if it is damaged
   */
  public Optional<Linear> sparseHead() {
    return readHead(NeededFiles.SPARSE_HEAD, 1);
  }

  /**
   * Returns the head of ColBERT vectors, {@code [dimension, hidden]}, if there is one.
   *
   * @throws ModelException if it is damaged
   */
  public Optional<Linear> colbertHead() {
    return readHead(NeededFiles.COLBERT_HEAD, SmallLayer.ANY_SIZE);
  }

  /** A head in a file of its own goes before one among the weights, as FlagEmbedding has it. */
  private Optional<Linear> readHead(String name, long size) {
    Optional<Linear> ofFile =
        folder == null ? Optional.empty() : folder.head(name, size, config.hiddenSize());
    return ofFile.or(
        () -> weights.layer(name).map(layer -> layer.linear(size, config.hiddenSize())));
  }
}
