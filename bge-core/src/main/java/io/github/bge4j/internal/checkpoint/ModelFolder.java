package io.github.bge4j.internal.checkpoint;

import io.github.bge4j.ModelException;
import io.github.bge4j.internal.text.TokenizerFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What a model folder says beside its weights: where its files are, how vectors are made, how long
 * a text may be, and what stands before texts. Immutable.
 *
 * <p>Every setting that decides about the meaning of a vector is read here or refused
 * (docs/adr/0007).
 */
public final class ModelFolder {

  /** Settings of the transformer that may change what it reads or gives, and are not supported. */
  private static final List<String> UNSUPPORTED_FIELDS = List.of(
      "processing_kwargs",
      "query_length",
      "document_length",
      "query_expansion",
      "model_args",
      "model_kwargs",
      "tokenizer_args",
      "processor_kwargs",
      "config_args",
      "config_kwargs",
      "tokenizer_name_or_path");

  private static final List<String> TRANSFORMER_FIELDS = List.of(
      "max_seq_length",
      "do_lower_case",
      "transformer_task",
      "modality_config",
      "module_output_name",
      "unpad_inputs",
      "cache_dir");

  private final Path root;
  private final SentenceModules modules;
  private final Prompts prompts;
  private final TokenizerSettings tokenizer;
  private final OptionalInt maxTokens;
  private final boolean lowercased;

  private ModelFolder(
      Path root,
      SentenceModules modules,
      Prompts prompts,
      TokenizerSettings tokenizer,
      OptionalInt maxTokens,
      boolean lowercased) {
    this.root = root;
    this.modules = modules;
    this.prompts = prompts;
    this.tokenizer = tokenizer;
    this.maxTokens = maxTokens;
    this.lowercased = lowercased;
  }

  /**
   * Reads a folder; opens no weights.
   *
   * @throws ModelException if it does not exist, a file is damaged, or a setting is not understood
   */
  public static ModelFolder read(Path root) {
    if (!Files.isDirectory(root)) {
      throw new ModelException("model folder must exist: " + root + "; check the path");
    }
    SentenceModules modules = SentenceModules.read(root);
    Path transformer = modules.transformer();
    TokenizerSettings tokenizer = TokenizerSettings.read(transformer);
    OptionalInt maxTokens = tokenizer.maxTokens();
    boolean lowercased = false;
    for (String name : NeededFiles.SENTENCE_CONFIGS) {
      Path file = transformer.resolve(name);
      if (Files.exists(file) && JsonFields.read(Region.ofFile(file)).names().size() > 0) {
        JsonFields fields = transformerSettings(file, modules.pooled());
        lowercased = fields.flag("do_lower_case");
        if (fields.has("max_seq_length")) {
          maxTokens = OptionalInt.of(fields.integer("max_seq_length", 0, 2, Integer.MAX_VALUE));
        }
        break;
      }
    }
    return new ModelFolder(root, modules, Prompts.read(root), tokenizer, maxTokens, lowercased);
  }

  private static JsonFields transformerSettings(Path file, boolean pooled) {
    JsonFields fields = JsonFields.read(Region.ofFile(file));
    UNSUPPORTED_FIELDS.forEach(fields::requireEmpty);
    Set<String> known = new HashSet<>(TRANSFORMER_FIELDS);
    known.addAll(UNSUPPORTED_FIELDS);
    fields.requireOnly(known);
    requireValue(
        fields, "transformer_task", pooled ? "feature-extraction" : "sequence-classification");
    requireValue(fields, "module_output_name", pooled ? "token_embeddings" : "scores");
    if (fields.has("modality_config")) {
      JsonFields modalities = fields.fields("modality_config");
      modalities.requireOnly(Set.of("text"));
      JsonFields text = modalities.fields("text");
      text.requireOnly(Set.of("method", "method_output_name"));
      requireValue(text, "method", "forward");
      requireValue(text, "method_output_name", pooled ? "last_hidden_state" : "logits");
    }
    return fields;
  }

  private static void requireValue(JsonFields fields, String name, String only) {
    if (!fields.string(name, only).equals(only)) {
      throw new ModelException(name + " must be " + only + ": " + fields.string(name, only)
          + ", in " + fields.file() + "; the file is of another kind of model");
    }
  }

  /** Returns the folder itself; heads lie there. */
  public Path root() {
    return root;
  }

  /** Returns the folder of the encoder's configuration, weights and tokenizer. */
  public Path transformer() {
    return modules.transformer();
  }

  /** Returns how a dense vector is made. */
  public VectorRecipe recipe() {
    return modules.recipe();
  }

  /** Returns whether the files name a pooling of the encoder's states. */
  public boolean hasPooling() {
    return modules.hasPooling();
  }

  /** Returns what stands before texts, and how vectors are compared. */
  public Prompts prompts() {
    return prompts;
  }

  /**
   * Returns the most tokens that Sentence Transformers takes of a text, special tokens included:
   * {@code max_seq_length}, or else {@code model_max_length} of the tokenizer; never more than the
   * model has positions for.
   *
   * @param positions most tokens that the model takes
   */
  public int maxTokens(int positions) {
    return Math.min(positions, maxTokens.orElse(positions));
  }

  /**
   * Reads the tokenizer as transformers makes it of the folder's files. Takes some tenths of a
   * second for BGE-M3.
   *
   * @throws ModelException if there is none, or it is damaged
   */
  public TokenizerFile tokenizer() {
    Path json = transformer().resolve(NeededFiles.TOKENIZER);
    Path vocabulary = transformer().resolve(NeededFiles.VOCABULARY);
    boolean bert = tokenizer.isBert(modelType());
    TokenizerFile file;
    if (Files.isRegularFile(json)) {
      TokenizerFile whole = TokenizerFile.read(content(json), json.toString());
      file = bert ? whole.withSettings(tokenizer.bert()) : whole;
    } else if (bert && Files.isRegularFile(vocabulary)) {
      file =
          TokenizerFile.ofVocabulary(content(vocabulary), tokenizer.bert(), vocabulary.toString());
    } else {
      throw new ModelException("a model folder must hold tokenizer.json, or vocab.txt"
          + " for BERT: none, in " + transformer() + "; get the whole model, or save its tokenizer"
          + " with AutoTokenizer.from_pretrained(folder).save_pretrained(folder)");
    }
    tokenizer.requireNamedTokens(file, transformer());
    return lowercased ? file.lowercased() : file;
  }

  private static byte[] content(Path path) {
    Region source = Region.ofFile(path);
    if (source.length() > TokenizerFile.MAX_BYTES) {
      throw new ModelException("a tokenizer must have at most " + TokenizerFile.MAX_BYTES
          + " bytes: " + source.length() + ", in " + path + "; the file is damaged");
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) source.length());
    source.readFully(0, bytes);
    return bytes.array();
  }

  private String modelType() {
    Path file = transformer().resolve(NeededFiles.CONFIG);
    return Files.exists(file) ? JsonFields.read(Region.ofFile(file)).string("model_type", "") : "";
  }

  /** Refuses a pooling for states of another width than the encoder's. */
  void requireStateWidth(int hiddenSize) {
    int width = modules.stateWidth();
    if (width != 0 && width != hiddenSize) {
      throw new ModelException("the pooling must be for the encoder's hidden_size " + hiddenSize
          + ": its embedding_dimension is " + width + ", in " + root
          + "; do the files of the model belong together?");
    }
  }

  /**
   * Returns the head of sparse weights, {@code [1, hidden]}, if there is a file of it.
   *
   * @throws ModelException if it is damaged
   */
  public Optional<Linear> sparseHead(int hiddenSize) {
    return head(NeededFiles.SPARSE_HEAD, 1, hiddenSize);
  }

  /**
   * Returns the head of ColBERT vectors, {@code [dimension, hidden]}, if there is a file of it.
   *
   * @throws ModelException if it is damaged
   */
  public Optional<Linear> colbertHead(int hiddenSize) {
    return head(NeededFiles.COLBERT_HEAD, SmallLayer.ANY_SIZE, hiddenSize);
  }

  Optional<Linear> head(String name, long size, int hiddenSize) {
    return SmallLayer.find(root, NeededFiles.head(name))
        .map(layer -> layer.linear(size, hiddenSize));
  }

  /**
   * Returns what little the configuration says of a model whose graph is run as it is, whatever its
   * family.
   *
   * @throws ModelException if {@code config.json} is damaged
   */
  public AsIs asIs() {
    Path file = transformer().resolve(NeededFiles.CONFIG);
    if (!Files.exists(file)) {
      return new AsIs(OptionalInt.empty(), OptionalInt.empty());
    }
    JsonFields fields = JsonFields.read(Region.ofFile(file));
    OptionalInt hidden = fields.has("hidden_size")
        ? OptionalInt.of(fields.integer("hidden_size", 0, 1, ModelConfig.MAX_WIDTH))
        : OptionalInt.empty();
    if (!fields.has("max_position_embeddings")) {
      return new AsIs(OptionalInt.empty(), hidden);
    }
    boolean offset = fields.string("model_type", "").contains("roberta");
    int unused = offset ? fields.integer("pad_token_id", 1, 0, ModelConfig.MAX_WIDTH) + 1 : 0;
    int positions =
        fields.integer("max_position_embeddings", 0, 2 + unused, Integer.MAX_VALUE) - unused;
    return new AsIs(OptionalInt.of(positions), hidden);
  }

  /**
   * What a graph that is run as it is takes and gives.
   *
   * @param maxTokens most tokens of a text; RoBERTa's positions begin after that of padding
   * @param hiddenSize width of its token states
   */
  public record AsIs(OptionalInt maxTokens, OptionalInt hiddenSize) {}
}
