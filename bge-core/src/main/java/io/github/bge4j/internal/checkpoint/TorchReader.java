package io.github.bge4j.internal.checkpoint;

import io.github.bge4j.internal.checkpoint.PickleReader.Dict;
import io.github.bge4j.internal.checkpoint.PickleReader.Instance;
import io.github.bge4j.internal.checkpoint.TorchCalls.Storage;
import io.github.bge4j.internal.checkpoint.TorchCalls.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Reads what {@code torch.save} wrote, as data: {@code pytorch_model.bin}, {@code *.pt}. The file
 * holds a state dict, a dict with one in it, or a linear layer.
 */
final class TorchReader {

  private static final String PICKLE = "/data.pkl";
  private static final int BARE_PICKLE = 0x80;

  /** Where trainers keep a state dict beside its optimizer and its epoch. */
  private static final List<String> NESTED = List.of("state_dict", "model", "model_state_dict");

  private static final int MAX_NESTED = 2;

  private final Region source;
  private final TorchCalls calls;

  private TorchReader(Region source) {
    this.source = source;
    this.calls = new TorchCalls(source.name());
  }

  /**
   * References all weights; values that are not tensors are left out.
   *
   * @throws io.github.bge4j.ModelException if the file is damaged or wants anything but weights
   */
  static Map<String, WeightReference> read(Region source) {
    byte first = source.slice(0, 1).readIndex("the first byte").get();
    TorchReader reader = new TorchReader(source);
    return Byte.toUnsignedInt(first) == BARE_PICKLE ? reader.readStream() : reader.readZip();
  }

  private Map<String, WeightReference> readStream() {
    TorchStream stream = TorchStream.read(source, calls);
    return weights(stream.root(), stream::storage);
  }

  private Map<String, WeightReference> readZip() {
    TorchZip zip = TorchZip.open(source);
    List<String> pickles =
        zip.names().stream().filter(name -> name.endsWith(PICKLE)).toList();
    if (pickles.size() != 1) {
      throw calls.refused("it has " + pickles.size() + " pickles named data.pkl");
    }
    String pickle = pickles.get(0);
    String folder = pickle.substring(0, pickle.length() - PICKLE.length());
    checkByteOrder(zip, folder + "/byteorder");
    Object root = PickleReader.read(zip.entry(pickle).readIndex("the pickle"), calls);
    Map<String, Region> entries = new HashMap<>();
    return weights(root, storage -> {
      Region entry =
          entries.computeIfAbsent(storage.key(), key -> zip.entry(folder + "/data/" + key));
      if (storage.elements() > entry.length() / storage.dtype().bytes()) {
        throw calls.refused(
            "storage " + storage.key() + " has fewer than " + storage.elements() + " elements");
      }
      return entry;
    });
  }

  private void checkByteOrder(TorchZip zip, String entry) {
    if (zip.names().contains(entry)) {
      String order = StandardCharsets.UTF_8
          .decode(zip.entry(entry).readIndex("the byte order"))
          .toString();
      if (!order.equals("little")) {
        throw calls.refused("its byte order is not little");
      }
    }
  }

  private Map<String, WeightReference> weights(Object root, Function<Storage, Region> storages) {
    Map<String, WeightReference> weights = new LinkedHashMap<>();
    stateDict(root, 0).items().forEach((key, value) -> {
      if (key instanceof String name && value instanceof Tensor tensor) {
        weights.put(name, tensor.in(storages.apply(tensor.storage())));
      }
    });
    return weights;
  }

  private Dict stateDict(Object root, int depth) {
    if (root instanceof Instance layer
        && layer.attributes().get("_parameters") instanceof Dict parameters) {
      return parameters;
    }
    if (!(root instanceof Dict dict)) {
      throw calls.refused("it holds no dict of weights");
    }
    Map<String, Object> inner = new LinkedHashMap<>();
    dict.items().forEach((key, value) -> {
      boolean holder = value instanceof Dict || value instanceof Instance;
      if (holder && key instanceof String name && NESTED.contains(name)) {
        inner.put(name, value);
      }
    });
    if (inner.isEmpty()) {
      return dict;
    }
    if (inner.size() > 1 || dict.items().keySet().stream().anyMatch(TorchReader::namesWeight)) {
      throw calls.refused(
          "it holds weights in " + inner.keySet() + " and elsewhere; keep one state dict");
    }
    if (depth == MAX_NESTED) {
      throw calls.refused("its state dict lies deeper than " + MAX_NESTED + " dicts");
    }
    return stateDict(inner.values().iterator().next(), depth + 1);
  }

  /** A tensor beside a state dict may be a loss or the state of a random generator. */
  private static boolean namesWeight(Object key) {
    return key instanceof String name && (name.endsWith("weight") || name.endsWith("bias"));
  }
}
