package io.github.bge4j.internal.hub;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which files of a model are read: its configuration, its tokenizer, its modules, its heads, and
 * one form of its weights.
 *
 * @param files the weights' own last: with them the model is whole
 * @param missing what a model must have and this one lacks; null for nothing
 */
record NeededFiles(List<String> files, @Nullable String missing) {

  /** What says which folders a model is made of. */
  static final String MODULES = "modules.json";

  private static final String CONFIG = "config.json";

  /** In the folder of the transformer; BERT's tokenizer may be a vocabulary alone. */
  private static final List<String> TOKENIZERS = List.of("tokenizer.json", "vocab.txt");

  private static final List<String> TRANSFORMER_SETTINGS = List.of(
      "tokenizer_config.json",
      "special_tokens_map.json",
      "added_tokens.json",
      "sentence_bert_config.json",
      "sentence_roberta_config.json",
      "sentence_distilbert_config.json",
      "sentence_camembert_config.json",
      "sentence_albert_config.json",
      "sentence_xlm-roberta_config.json",
      "sentence_xlnet_config.json",
      "adapter_config.json");

  private static final List<String> ROOT_SETTINGS =
      List.of(MODULES, "config_sentence_transformers.json");

  private static final List<String> HEADS = List.of("sparse_linear", "colbert_linear");

  private static final Pattern SHARD = Pattern.compile(".*-\\d{5}-of-(\\d{5})\\.\\w+");

  /** What messages say that weights may lie in. */
  private static final String WEIGHTS =
      "weights in model.safetensors, pytorch_model.bin, model.onnx or onnx/model.onnx";

  /**
   * A module of Sentence Transformers.
   *
   * @param folder as it is written; empty for the root
   * @param configured whether it cannot be read without its {@code config.json}
   */
  record Module(String folder, boolean configured) {}

  /**
   * Returns the modules of a model, the transformer first.
   *
   * @param json content of {@code modules.json}; null if there is none
   * @return the root, and perhaps a pooling, where there is no list
   */
  static List<Module> modules(@Nullable String json) {
    List<Module> modules = new ArrayList<>();
    try {
      if (json != null && new Gson().fromJson(json, JsonElement.class) instanceof JsonArray list) {
        for (JsonElement module : list) {
          String type = text(module, "type");
          boolean configured = !type.endsWith("Normalize") && !type.endsWith("Dropout");
          modules.add(new Module(text(module, "path"), configured));
        }
      }
    } catch (JsonParseException | StackOverflowError e) {
      // Whoever opens the model says what is wrong with the file.
    }
    return modules.isEmpty()
        ? List.of(new Module("", true), new Module("1_Pooling", false))
        : modules;
  }

  private static String text(JsonElement module, String field) {
    return module instanceof JsonObject object
            && object.get(field) instanceof JsonPrimitive value
            && value.isString()
        ? value.getAsString()
        : "";
  }

  /**
   * Chooses among the files that there are.
   *
   * @param modules what the model is made of
   * @param readyOnnx an ONNX file that is wanted in place of other weights; null for none
   */
  static NeededFiles among(
      Collection<String> names, List<Module> modules, @Nullable String readyOnnx) {
    Set<String> there = new TreeSet<>(names);
    String root = modules.get(0).folder();
    String transformer = root.isEmpty() ? "" : root + "/";
    Set<String> files = new LinkedHashSet<>();
    files.add(transformer + CONFIG);
    Optional<String> tokenizer = TOKENIZERS.stream()
        .map(name -> transformer + name)
        .filter(there::contains)
        .findFirst();
    tokenizer.ifPresent(files::add);
    TRANSFORMER_SETTINGS.forEach(name -> files.add(transformer + name));
    files.addAll(ROOT_SETTINGS);
    Optional<String> unconfigured = Optional.empty();
    for (Module part : modules.subList(1, modules.size())) {
      String module = part.folder();
      files.add(module + "/" + CONFIG);
      if (part.configured() && !there.contains(module + "/" + CONFIG)) {
        unconfigured = Optional.of(module + "/" + CONFIG);
      }
      List.of(module + "/model.safetensors", module + "/pytorch_model.bin").stream()
          .filter(there::contains)
          .findFirst()
          .ifPresent(files::add);
    }
    files.retainAll(there);
    Optional<List<String>> weights = readyOnnx == null
        ? checkpoint(transformer, there).or(() -> onnx(transformer, there))
        : there.contains(readyOnnx) ? Optional.of(withData(readyOnnx, there)) : Optional.empty();
    HEADS.forEach(head -> head(head, there).ifPresent(files::add));
    weights.ifPresent(files::addAll);
    String missing =
        missing(transformer, there, tokenizer.isPresent(), weights.isPresent(), readyOnnx);
    return new NeededFiles(
        List.copyOf(files), missing == null ? unconfigured.orElse(null) : missing);
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
      return transformer + TOKENIZERS.get(0);
    }
    if (weights) {
      return null;
    }
    List<String> others = there.stream().filter(name -> name.endsWith(".onnx")).toList();
    return readyOnnx != null
        ? readyOnnx
        : others.isEmpty() ? WEIGHTS : WEIGHTS + " (it has " + others + ", see asIs)";
  }

  /** Tells whether both heads of BGE-M3 are among the files. */
  boolean hasHeads() {
    return HEADS.stream().allMatch(head -> head(head, Set.copyOf(files)).isPresent());
  }

  private static Optional<String> head(String name, Set<String> there) {
    return List.of(name + ".safetensors", name + ".pt").stream()
        .filter(there::contains)
        .findFirst();
  }

  private static Optional<List<String>> checkpoint(String folder, Set<String> there) {
    return whole(folder + "model.safetensors", there)
        .or(() -> sharded(folder + "model", "safetensors", there))
        .or(() -> whole(folder + "pytorch_model.bin", there))
        .or(() -> sharded(folder + "pytorch_model", "bin", there));
  }

  private static Optional<List<String>> whole(String name, Set<String> there) {
    return there.contains(name) ? Optional.of(List.of(name)) : Optional.empty();
  }

  private static Optional<List<String>> sharded(String stem, String suffix, Set<String> there) {
    String index = stem + "." + suffix + ".index.json";
    List<String> files = new ArrayList<>(there.stream()
        .filter(name -> name.startsWith(stem + "-") && name.endsWith("." + suffix))
        .filter(name -> SHARD.matcher(name).matches())
        .toList());
    if (!there.contains(index) || files.isEmpty() || files.size() != shards(files.get(0))) {
      return Optional.empty();
    }
    files.add(index);
    return Optional.of(files);
  }

  private static int shards(String file) {
    Matcher name = SHARD.matcher(file);
    return name.matches() ? Integer.parseInt(name.group(1)) : -1;
  }

  private static Optional<List<String>> onnx(String folder, Set<String> there) {
    return List.of(folder + "model.onnx", folder + "onnx/model.onnx").stream()
        .filter(there::contains)
        .findFirst()
        .map(model -> withData(model, there));
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
