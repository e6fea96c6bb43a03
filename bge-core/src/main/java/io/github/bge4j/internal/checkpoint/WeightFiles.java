package io.github.bge4j.internal.checkpoint;

import io.github.bge4j.ModelException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Finds the weights of a folder, which may hold them in several ways. */
final class WeightFiles {

  /** What PEFT saves: changes of a model that is elsewhere. */
  private static final List<String> ADAPTER =
      List.of(NeededFiles.ADAPTER_CONFIG, "adapter_model.safetensors", "adapter_model.bin");

  private static final int MAX_SHARDS = 64;

  private WeightFiles() {}

  /**
   * References the weights of the best file there is.
   *
   * @throws ModelException if there is none, it is damaged, or it is changed by an adapter
   */
  static Weights read(Path folder) {
    refuseAdapter(folder);
    for (String name : NeededFiles.WEIGHTS) {
      Path path = folder.resolve(name);
      if (Files.exists(path)) {
        return Weights.of(path.toString(), references(path));
      }
    }
    List<String> others = onnxFiles(folder);
    throw new ModelException(
        "a model folder must hold weights in one of " + NeededFiles.WEIGHTS + ": "
            + (others.isEmpty() ? "none" : "only " + others) + ", in " + folder
            + "; get the whole model, or save it with save_pretrained"
            + (others.isEmpty() ? "" : asIs(others.get(0))));
  }

  /**
   * References the weights of a file, by the names that they have there.
   *
   * @param path its name says its format; PyTorch's own has many endings
   * @throws ModelException if it is damaged
   */
  static Map<String, WeightReference> references(Path path) {
    String name = path.toString();
    boolean index = name.endsWith(NeededFiles.INDEX);
    String weights = index ? name.substring(0, name.length() - NeededFiles.INDEX.length()) : name;
    Function<Region, Map<String, WeightReference>> reader = weights.endsWith(".safetensors")
        ? SafetensorsReader::read
        : weights.endsWith(".onnx") ? OnnxInitializerReader::read : TorchReader::read;
    return index ? readShards(path, reader) : reader.apply(Region.ofFile(path));
  }

  /** What a message offers for an ONNX file whose weights cannot be taken. */
  static String asIs(String file) {
    return "; a quantized or fused ONNX file runs only as it is, if you trust it: asIs(\"" + file
        + "\")";
  }

  /** Exporters write quantized and otherwise changed models beside {@code model.onnx}. */
  private static List<String> onnxFiles(Path folder) {
    List<String> files = new ArrayList<>();
    for (Path place : List.of(folder, folder.resolve("onnx"))) {
      try (DirectoryStream<Path> found = Files.newDirectoryStream(place, "*.onnx")) {
        found.forEach(file -> files.add(folder.relativize(file).toString().replace('\\', '/')));
      } catch (IOException | DirectoryIteratorException e) {
        // There is no such place, or nothing to be seen in it.
      }
    }
    files.sort(null);
    return files;
  }

  /** transformers applies an adapter to the weights beside it, or to those of another model. */
  private static void refuseAdapter(Path folder) {
    for (String name : ADAPTER) {
      if (Files.exists(folder.resolve(name))) {
        throw new ModelException("a model folder must hold whole weights and no adapter: " + name
            + ", in " + folder
            + "; merge it with PEFT's merge_and_unload(), and save_pretrained the model");
      }
    }
  }

  private static Map<String, WeightReference> readShards(
      Path index, Function<Region, Map<String, WeightReference>> reader) {
    JsonFields fileOfWeight = JsonFields.read(Region.ofFile(index)).fields("weight_map");
    Map<String, Map<String, WeightReference>> shards = new LinkedHashMap<>();
    Map<String, WeightReference> weights = new LinkedHashMap<>();
    for (String name : fileOfWeight.names()) {
      String shard = fileOfWeight.string(name, null);
      if (shards.size() == MAX_SHARDS && !shards.containsKey(shard)) {
        throw new ModelException("weights must lie in at most " + MAX_SHARDS + " files: more, as "
            + index + " says; it is damaged");
      }
      WeightReference weight = shards
          .computeIfAbsent(
              shard, file -> reader.apply(Region.ofFile(Siblings.resolve(index, file))))
          .get(name);
      if (weight == null) {
        throw new ModelException("weight " + name + " must be in " + shard + ", as " + index
            + " says; get both files again");
      }
      weights.put(name, weight);
    }
    return weights;
  }
}
