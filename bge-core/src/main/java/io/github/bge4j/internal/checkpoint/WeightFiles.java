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

  /**
   * How each kind of file is read; best first: what needs no second copy on disk, and no pickle.
   */
  private static final Map<String, Function<FileSource, Map<String, WeightReference>>> READERS =
      readers();

  /** What PEFT saves: changes of a model that is elsewhere. */
  private static final List<String> ADAPTER =
      List.of("adapter_config.json", "adapter_model.safetensors", "adapter_model.bin");

  private static final int MAX_SHARDS = 64;

  private WeightFiles() {}

  private static Map<String, Function<FileSource, Map<String, WeightReference>>> readers() {
    Map<String, Function<FileSource, Map<String, WeightReference>>> all = new LinkedHashMap<>();
    all.put("model.safetensors", SafetensorsReader::read);
    all.put("model.safetensors.index.json", index -> readShards(index, SafetensorsReader::read));
    all.put("pytorch_model.bin", TorchReader::read);
    all.put("pytorch_model.bin.index.json", index -> readShards(index, TorchReader::read));
    all.put("model.onnx", OnnxInitializerReader::read);
    all.put("onnx/model.onnx", OnnxInitializerReader::read);
    return all;
  }

  /**
   * References the weights of the best file there is.
   *
   * @throws ModelException if there is none, it is damaged, or it is changed by an adapter
   */
  static StoredWeights read(Path folder) {
    refuseAdapter(folder);
    for (var kind : READERS.entrySet()) {
      Path path = folder.resolve(kind.getKey());
      if (Files.exists(path)) {
        return StoredWeights.of(path.toString(), kind.getValue().apply(FileSource.of(path)));
      }
    }
    List<String> names = List.copyOf(READERS.keySet());
    List<String> others = onnxFiles(folder);
    throw new ModelException("a model folder must hold weights in one of " + names + ": "
        + (others.isEmpty() ? "none" : "only " + others) + ", in " + folder
        + "; get the whole model, or save it with save_pretrained"
        + (others.isEmpty() ? "" : asIs(others.get(0))));
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
      FileSource index, Function<FileSource, Map<String, WeightReference>> reader) {
    JsonFields fileOfWeight = JsonFields.read(index).fields("weight_map");
    Map<String, Map<String, WeightReference>> shards = new LinkedHashMap<>();
    Map<String, WeightReference> weights = new LinkedHashMap<>();
    for (String name : fileOfWeight.names()) {
      String shard = fileOfWeight.string(name, null);
      if (shards.size() == MAX_SHARDS && !shards.containsKey(shard)) {
        throw new ModelException("weights must lie in at most " + MAX_SHARDS + " files: more, as "
            + index.path() + " says; it is damaged");
      }
      WeightReference weight = shards
          .computeIfAbsent(
              shard, file -> reader.apply(FileSource.of(Siblings.resolve(index.path(), file))))
          .get(name);
      if (weight == null) {
        throw new ModelException("weight " + name + " must be in " + shard + ", as " + index.path()
            + " says; get both files again");
      }
      weights.put(name, weight);
    }
    return weights;
  }
}
