package io.github.bge4j.internal.checkpoint;

import io.github.bge4j.ModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The ways in which a folder may hold weights, best first. */
@SuppressWarnings("ImmutableEnumChecker")
enum WeightFiles {
  SAFETENSORS("model.safetensors", SafetensorsReader::read),
  SAFETENSORS_SHARDS(
      "model.safetensors.index.json", index -> readShards(index, SafetensorsReader::read)),
  TORCH("pytorch_model.bin", TorchReader::read),
  TORCH_SHARDS("pytorch_model.bin.index.json", index -> readShards(index, TorchReader::read)),
  ONNX("model.onnx", OnnxInitializerReader::read),
  ONNX_FOLDER("onnx/model.onnx", OnnxInitializerReader::read);

  private final String file;
  private final Function<FileSource, Map<String, WeightReference>> reader;

  WeightFiles(String file, Function<FileSource, Map<String, WeightReference>> reader) {
    this.file = file;
    this.reader = reader;
  }

  /**
   * References the weights of the best file there is.
   *
   * @throws ModelException if there is none, or it is damaged
   */
  static Weights read(Path folder) {
    for (WeightFiles kind : values()) {
      Path path = folder.resolve(kind.file);
      if (Files.exists(path)) {
        return Weights.of(path.toString(), kind.reader.apply(FileSource.of(path)));
      }
    }
    List<String> names = List.of(values()).stream().map(kind -> kind.file).toList();
    throw new ModelException("a model folder must hold weights in one of " + names + ": none, in "
        + folder + "; get the whole model, or save it with save_pretrained");
  }

  private static Map<String, WeightReference> readShards(
      FileSource index, Function<FileSource, Map<String, WeightReference>> reader) {
    JsonFields fileOfWeight = JsonFields.read(index).fields("weight_map");
    Map<String, Map<String, WeightReference>> shards = new LinkedHashMap<>();
    Map<String, WeightReference> weights = new LinkedHashMap<>();
    for (String name : fileOfWeight.names()) {
      String shard = fileOfWeight.string(name, null);
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
