package io.github.bge4j.internal.checkpoint;

import io.github.bge4j.ModelException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The names of a model's files, and which of them are read: its configuration, its tokenizer, its
 * modules, its heads, and one form of its weights.
 *
 * @param files the weights' own last: with them the model is whole
 * @param missing what a model must have and this one lacks; null for nothing
 * @param transformer folder of the transformer with a slash behind it; empty for the root
 */
public record NeededFiles(List<String> files, @Nullable String missing, String transformer) {

  /** What says which folders a model is made of. */
  public static final String MODULES = "modules.json";

  /** Of an encoder, in the folder of the transformer, and of every other module. */
  static final String CONFIG = "config.json";

  static final String TOKENIZER = "tokenizer.json";

  /** BERT's tokenizer may be a vocabulary alone. */
  static final String VOCABULARY = "vocab.txt";

  static final String TOKENIZER_CONFIG = "tokenizer_config.json";
  static final String SPECIAL_TOKENS = "special_tokens_map.json";
  static final String ADDED_TOKENS = "added_tokens.json";

  /** The names that Sentence Transformers tries; the first that there is counts. */
  static final List<String> SENTENCE_CONFIGS = List.of(
      "sentence_bert_config.json",
      "sentence_roberta_config.json",
      "sentence_distilbert_config.json",
      "sentence_camembert_config.json",
      "sentence_albert_config.json",
      "sentence_xlm-roberta_config.json",
      "sentence_xlnet_config.json");

  static final String PROMPTS = "config_sentence_transformers.json";

  /** Where a pooling lies that no list of modules names. */
  static final String POOLING_FOLDER = "1_Pooling";

  static final String ADAPTER_CONFIG = "adapter_config.json";

  /** Behind the name of a file that is there in parts: which part holds what. */
  static final String INDEX = ".index.json";

  /** Of an encoder; best first: what needs no second copy on disk, and no pickle. */
  static final List<String> WEIGHTS = List.of(
      "model.safetensors",
      "model.safetensors" + INDEX,
      "pytorch_model.bin",
      "pytorch_model.bin" + INDEX,
      "model.onnx",
      "onnx/model.onnx");

  /** Of a module that is not the transformer. */
  static final List<String> LAYER_WEIGHTS = List.of("model.safetensors", "pytorch_model.bin");

  static final String SPARSE_HEAD = "sparse_linear";
  static final String COLBERT_HEAD = "colbert_linear";

  private static final Pattern SHARD = Pattern.compile(".*-\\d{5}-of-(\\d{5})\\.\\w+");

  /** What messages say that weights may lie in. */
  private static final String ANY_WEIGHTS =
      "weights in model.safetensors, pytorch_model.bin, model.onnx or onnx/model.onnx";

  /** Copies the list. */
  public NeededFiles {
    files = List.copyOf(files);
  }

  /** Returns where the head of a name may lie, the best first. */
  static List<String> head(String name) {
    return List.of(name + ".safetensors", name + ".pt");
  }

  /**
   * Chooses among the files that there are.
   *
   * @param modules content of {@code modules.json}; null if there is none
   * @param readyOnnx an ONNX file that is wanted in place of other weights; null for none
   */
  public static NeededFiles among(
      Collection<String> names, @Nullable String modules, @Nullable String readyOnnx) {
    Set<String> there = new TreeSet<>(names);
    List<JsonFields> parts = modules(modules);
    String root = parts.isEmpty() ? "" : text(parts.get(0), "path");
    String transformer = root.isEmpty() ? "" : root + "/";
    Set<String> files = new LinkedHashSet<>();
    files.add(transformer + CONFIG);
    Optional<String> tokenizer = Stream.of(TOKENIZER, VOCABULARY)
        .map(name -> transformer + name)
        .filter(there::contains)
        .findFirst();
    tokenizer.ifPresent(files::add);
    Stream.of(
            List.of(TOKENIZER_CONFIG, SPECIAL_TOKENS, ADDED_TOKENS),
            SENTENCE_CONFIGS,
            List.of(ADAPTER_CONFIG))
        .flatMap(List::stream)
        .forEach(name -> files.add(transformer + name));
    files.add(MODULES);
    files.add(PROMPTS);
    String unconfigured = null;
    if (parts.isEmpty()) {
      addModule(POOLING_FOLDER, there, files);
    }
    for (JsonFields part : parts.subList(Math.min(1, parts.size()), parts.size())) {
      String config = addModule(text(part, "path"), there, files);
      String type = text(part, "type");
      boolean configured = !type.endsWith("Normalize") && !type.endsWith("Dropout");
      unconfigured = configured && !there.contains(config) ? config : unconfigured;
    }
    files.retainAll(there);
    Optional<List<String>> weights = readyOnnx == null
        ? weights(transformer, there)
        : there.contains(readyOnnx) ? Optional.of(withData(readyOnnx, there)) : Optional.empty();
    Stream.of(SPARSE_HEAD, COLBERT_HEAD)
        .forEach(head -> first(head(head), there).ifPresent(files::add));
    weights.ifPresent(files::addAll);
    String missing =
        missing(transformer, there, tokenizer.isPresent(), weights.isPresent(), readyOnnx);
    return new NeededFiles(
        List.copyOf(files), missing == null ? unconfigured : missing, transformer);
  }

  /**
   * Returns the modules of Sentence Transformers that a model is made of, the transformer first.
   * None stand for a root that may have a pooling: there is no list, or whoever opens the model
   * says what is wrong with it.
   */
  private static List<JsonFields> modules(@Nullable String json) {
    if (json == null) {
      return List.of();
    }
    try {
      return JsonFields.readList(
          Region.ofMemory(MODULES, ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8))));
    } catch (ModelException e) {
      return List.of();
    }
  }

  private static String text(JsonFields module, String field) {
    return module.isString(field) ? module.string(field, "") : "";
  }

  /** Adds what a module may have; returns the name of its configuration. */
  private static String addModule(String folder, Set<String> there, Set<String> files) {
    String config = folder + "/" + CONFIG;
    files.add(config);
    List<String> weights =
        LAYER_WEIGHTS.stream().map(name -> folder + "/" + name).toList();
    first(weights, there).ifPresent(files::add);
    return config;
  }

  private static Optional<String> first(List<String> names, Set<String> there) {
    return names.stream().filter(there::contains).findFirst();
  }

  private static @Nullable String missing(
      String transformer,
      Set<String> there,
      boolean tokenizer,
      boolean weights,
      @Nullable String readyOnnx) {
    if (!there.contains(transformer + CONFIG)) {
      return transformer + CONFIG;
    }
    if (!tokenizer) {
      return transformer + TOKENIZER;
    }
    if (weights) {
      return null;
    }
    List<String> others = there.stream().filter(name -> name.endsWith(".onnx")).toList();
    return readyOnnx != null
        ? readyOnnx
        : others.isEmpty() ? ANY_WEIGHTS : ANY_WEIGHTS + " (it has " + others + ", see asIs)";
  }

  /** Returns the name of the transformer's configuration. */
  public String config() {
    return transformer + CONFIG;
  }

  /**
   * Returns the files that may decide about vectors, if they are there. A reranker is decided by
   * its tokenizer alone.
   *
   * @param config content of {@link #config}; null if there is none
   */
  public List<String> deciding(@Nullable String config) {
    String tokenizer = transformer + TOKENIZER_CONFIG;
    return config == null || !config.contains(ModelConfig.CLASSIFIER)
        ? List.of(tokenizer, MODULES, transformer + SENTENCE_CONFIGS.get(0), PROMPTS)
        : List.of(tokenizer);
  }

  /** Tells whether both heads of BGE-M3 are among the files. */
  public boolean hasHeads() {
    return Stream.of(SPARSE_HEAD, COLBERT_HEAD)
        .allMatch(head -> first(head(head), Set.copyOf(files)).isPresent());
  }

  private static Optional<List<String>> weights(String folder, Set<String> there) {
    return WEIGHTS.stream()
        .map(name -> folder + name)
        .filter(there::contains)
        .map(name -> name.endsWith(INDEX)
            ? shards(name, there)
            : name.endsWith(".onnx") ? withData(name, there) : List.of(name))
        .filter(files -> !files.isEmpty())
        .findFirst();
  }

  /** Returns all parts and their index; nothing if some are not there. */
  private static List<String> shards(String index, Set<String> there) {
    String whole = index.substring(0, index.length() - INDEX.length());
    String suffix = whole.substring(whole.lastIndexOf('.'));
    String stem = whole.substring(0, whole.length() - suffix.length());
    List<String> files = new ArrayList<>(there.stream()
        .filter(name -> name.startsWith(stem + "-") && name.endsWith(suffix))
        .filter(name -> SHARD.matcher(name).matches())
        .toList());
    if (files.isEmpty() || files.size() != shards(files.get(0))) {
      return List.of();
    }
    files.add(index);
    return files;
  }

  private static int shards(String file) {
    Matcher name = SHARD.matcher(file);
    return name.matches() ? Integer.parseInt(name.group(1)) : -1;
  }

  /** External data come before the file that names them. */
  private static List<String> withData(String model, Set<String> there) {
    List<String> files =
        new ArrayList<>(there.stream().filter(name -> isDataOf(model, name)).toList());
    files.add(model);
    return files;
  }

  /**
   * Exporters call the data {@code model.onnx_data} or {@code model.onnx.data}, and single tensors
   * by the name of a node without a dot ({@code Constant_7_attr__value} of BAAI/bge-m3).
   */
  private static boolean isDataOf(String model, String name) {
    String folder = model.substring(0, model.lastIndexOf('/') + 1);
    boolean ofOneTensor = !folder.isEmpty()
        && name.startsWith(folder)
        && name.indexOf('/', folder.length()) < 0
        && name.indexOf('.') < 0;
    return ofOneTensor || name.startsWith(model + "_data") || name.startsWith(model + ".data");
  }
}
