package io.github.bge4j.internal.checkpoint;

import io.github.bge4j.ModelException;
import io.github.bge4j.Pooling;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A model folder in the layout of Hugging Face. Opening it checks the encoder; the heads and the
 * optional settings are looked at when they are asked for, so that a missing one costs nothing
 * else.
 */
public final class Checkpoint {

  private static final String CONFIG = "config.json";
  private static final String TOKENIZER = "tokenizer.json";
  private static final String SENTENCE_SETTINGS = "sentence_bert_config.json";
  private static final String POOLING_SETTINGS = "1_Pooling/config.json";
  private static final String POOLING_PREFIX = "pooling_mode_";

  private final Path folder;
  private final ModelConfig config;
  private final Weights weights;

  private Checkpoint(Path folder, ModelConfig config, Weights weights) {
    this.folder = folder;
    this.config = config;
    this.weights = weights;
  }

  /**
   * Opens a folder. Reads indexes only: milliseconds, whatever the size of the model.
   *
   * @throws ModelException if a file is missing, damaged, or of a model that is not supported
   */
  public static Checkpoint open(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new ModelException("model folder must exist: " + folder + "; check the path");
    }
    ModelConfig config = ModelConfig.read(FileSource.of(folder.resolve(CONFIG)));
    Weights weights = WeightFiles.read(folder).requireEncoder(config);
    return new Checkpoint(folder, config, weights);
  }

  /** Returns the folder. */
  public Path folder() {
    return folder;
  }

  /** Returns the configuration. */
  public ModelConfig config() {
    return config;
  }

  /** Returns the weights; those of the encoder are all there and have their shapes. */
  public Weights weights() {
    return weights;
  }

  /**
   * Returns the tokenizer's file.
   *
   * @throws ModelException if there is none
   */
  public Path tokenizer() {
    Path tokenizer = folder.resolve(TOKENIZER);
    if (!Files.isRegularFile(tokenizer)) {
      throw new ModelException("a model folder must hold " + TOKENIZER + ": none, in " + folder
          + "; get the whole model, or save its fast tokenizer with save_pretrained");
    }
    return tokenizer;
  }

  /**
   * Returns the special tokens that lexical weights leave out: those for the start, the end,
   * padding and the unknown.
   *
   * @throws ModelException if the file that names them is damaged
   */
  public Set<String> unweightedTokens() {
    return SpecialTokens.read(folder, config.family());
  }

  /**
   * Returns the head of sparse weights, {@code [1, hidden]}, if there is one.
   *
   * @throws ModelException if it is damaged
   */
  public Optional<Linear> sparseHead() {
    return readHead(Weights.SPARSE_HEAD, 1);
  }

  /**
   * Returns the head of ColBERT vectors, {@code [dimension, hidden]}, if there is one.
   *
   * @throws ModelException if it is damaged
   */
  public Optional<Linear> colbertHead() {
    return readHead(Weights.COLBERT_HEAD, SmallLayer.ANY_SIZE);
  }

  /**
   * Returns the most tokens that Sentence Transformers takes of a text, special tokens included.
   *
   * @throws ModelException if {@code sentence_bert_config.json} is damaged
   */
  public OptionalInt maxSequenceTokens() {
    return settings(SENTENCE_SETTINGS)
        .filter(fields -> fields.has("max_seq_length"))
        .map(fields -> OptionalInt.of(fields.integer("max_seq_length", 0, 2, Integer.MAX_VALUE)))
        .orElseGet(OptionalInt::empty);
  }

  /**
   * Returns how Sentence Transformers pools.
   *
   * @throws ModelException if {@code 1_Pooling/config.json} is damaged or asks for another pooling
   *     than CLS and mean
   */
  public Optional<Pooling> pooling() {
    return settings(POOLING_SETTINGS).map(fields -> {
      Set<String> modes = fields.names().stream()
          .filter(name -> name.startsWith(POOLING_PREFIX) && fields.flag(name))
          .collect(Collectors.toSet());
      if (modes.equals(Set.of(POOLING_PREFIX + "cls_token"))) {
        return Pooling.CLS;
      }
      if (modes.equals(Set.of(POOLING_PREFIX + "mean_tokens"))) {
        return Pooling.MEAN;
      }
      throw new ModelException("pooling must be by cls_token or by mean_tokens: " + modes + ", in "
          + fields.file() + "; other poolings are not supported");
    });
  }

  private Optional<JsonFields> settings(String name) {
    Path file = folder.resolve(name);
    return Files.exists(file)
        ? Optional.of(JsonFields.read(FileSource.of(file)))
        : Optional.empty();
  }

  /** A head in a file of its own goes before one among the weights, as FlagEmbedding has it. */
  private Optional<Linear> readHead(String name, long size) {
    return SmallLayer.find(folder, name + ".safetensors", name + ".pt")
        .or(() -> weights.layer(name))
        .map(layer -> layer.linear(size, config.hiddenSize()));
  }
}
