package io.github.bge4j.internal.hub;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which files of a model are read: its configuration, its tokenizer, its heads, and one form of its
 * weights.
 *
 * @param files the weights' own last: with them the model is whole
 * @param missing what a model must have and this one lacks; null for nothing
 */
record NeededFiles(List<String> files, @Nullable String missing) {

  private static final List<String> REQUIRED = List.of("config.json", "tokenizer.json");

  private static final List<String> SETTINGS = List.of(
      "tokenizer_config.json",
      "special_tokens_map.json",
      "sentence_bert_config.json",
      "config_sentence_transformers.json",
      "1_Pooling/config.json");

  private static final List<String> HEADS = List.of("sparse_linear", "colbert_linear");

  private static final Pattern SHARD = Pattern.compile(".*-\\d{5}-of-(\\d{5})\\.\\w+");

  /** What messages say that weights may lie in. */
  private static final String WEIGHTS =
      "weights in model.safetensors, pytorch_model.bin, model.onnx or onnx/model.onnx";

  /** Chooses among the files that there are. */
  static NeededFiles among(Collection<String> names) {
    Set<String> there = new TreeSet<>(names);
    List<String> files = new ArrayList<>(REQUIRED);
    files.addAll(SETTINGS);
    files.retainAll(there);
    Optional<List<String>> weights = checkpoint(there);
    if (weights.isPresent()) {
      HEADS.forEach(head -> head(head, there).ifPresent(files::add));
    } else {
      weights = onnx(there);
    }
    weights.ifPresent(files::addAll);
    String missing = REQUIRED.stream()
        .filter(name -> !there.contains(name))
        .findFirst()
        .orElse(weights.isPresent() ? null : WEIGHTS);
    return new NeededFiles(List.copyOf(files), missing);
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

  private static Optional<List<String>> checkpoint(Set<String> there) {
    return whole("model.safetensors", there)
        .or(() -> sharded("model", "safetensors", there))
        .or(() -> whole("pytorch_model.bin", there))
        .or(() -> sharded("pytorch_model", "bin", there));
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

  /** External data come before the file that names them. */
  private static Optional<List<String>> onnx(Set<String> there) {
    for (String model : List.of("model.onnx", "onnx/model.onnx")) {
      if (there.contains(model)) {
        List<String> files =
            new ArrayList<>(there.stream().filter(name -> isDataOf(model, name)).toList());
        files.add(model);
        return Optional.of(files);
      }
    }
    return Optional.empty();
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
