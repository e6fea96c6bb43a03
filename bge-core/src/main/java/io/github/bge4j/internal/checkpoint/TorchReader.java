package io.github.bge4j.internal.checkpoint;

import io.github.bge4j.ModelException;
import io.github.bge4j.internal.checkpoint.PickleReader.Dict;
import io.github.bge4j.internal.checkpoint.PickleReader.Tuple;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a state dict that {@code torch.save} wrote: {@code pytorch_model.bin}, {@code *.pt}.
 *
 * <p>The pickle in it may name an ordered dict, two functions that make tensors, and the storage
 * classes; any other name is refused, and the named ones are only imitated.
 */
final class TorchReader implements PickleReader.Calls {

  private static final String PICKLE = "/data.pkl";
  private static final int LEGACY_PICKLE = 0x80;
  private static final String REMEDY = "use model.safetensors of the same model instead";

  private final DataSource source;
  private final TorchZip zip;
  private final String root;

  /** By key; a pickle may ask for one as often as it likes. */
  private final Map<String, Region> storages = new HashMap<>();

  private enum Function {
    ORDERED_DICT,
    REBUILD_TENSOR,
    REBUILD_PARAMETER
  }

  private record Storage(Region data, DType dtype) {}

  private TorchReader(DataSource source) {
    this.source = source;
    this.zip = TorchZip.open(source);
    List<String> pickles =
        zip.names().stream().filter(name -> name.endsWith(PICKLE)).toList();
    if (pickles.size() != 1) {
      throw refused("it has " + pickles.size() + " pickles named data.pkl");
    }
    this.root = pickles.get(0).substring(0, pickles.get(0).length() - PICKLE.length());
  }

  /**
   * References all weights; values that are not tensors are left out.
   *
   * @throws ModelException if the file is damaged or wants anything but weights
   */
  static Map<String, WeightReference> read(DataSource source) {
    checkZip(source);
    TorchReader reader = new TorchReader(source);
    reader.checkByteOrder();
    Region pickle = reader.zip.entry(reader.root + PICKLE);
    Object root = PickleReader.read(pickle.readIndex("the pickle"), reader);
    if (!(root instanceof Dict dict)) {
      throw reader.refused("it holds no dict of weights");
    }
    Map<String, WeightReference> weights = new LinkedHashMap<>();
    dict.items().forEach((key, value) -> {
      if (key instanceof String name && value instanceof WeightReference weight) {
        weights.put(name, weight);
      }
    });
    return weights;
  }

  private static void checkZip(DataSource source) {
    byte first = source.all().slice(0, 1).readIndex("the first byte").get();
    if (Byte.toUnsignedInt(first) == LEGACY_PICKLE) {
      throw new ModelException(
          "a PyTorch file must be a zip, which PyTorch writes since 1.6: a bare pickle, in "
              + source.name() + "; load and save it once with a newer PyTorch, or " + REMEDY);
    }
  }

  private void checkByteOrder() {
    String entry = root + "/byteorder";
    if (zip.names().contains(entry)) {
      String order = StandardCharsets.UTF_8
          .decode(zip.entry(entry).readIndex("the byte order"))
          .toString();
      if (!order.equals("little")) {
        throw refused("its byte order is not little");
      }
    }
  }

  @Override
  public Object global(String module, String name) {
    String qualified = module + "." + name;
    return switch (qualified) {
      case "collections.OrderedDict" -> Function.ORDERED_DICT;
      case "torch._utils._rebuild_tensor_v2" -> Function.REBUILD_TENSOR;
      case "torch._utils._rebuild_parameter" -> Function.REBUILD_PARAMETER;
      default -> storageType(module, name);
    };
  }

  private DType storageType(String module, String name) {
    return Optional.of(name)
        .filter(unused -> module.equals("torch"))
        .flatMap(DType::ofTorchStorage)
        .orElseThrow(() -> refused(
            "it names " + module + "." + name + ", which weights do not need; nothing was run"));
  }

  @Override
  public Object reduce(Object callable, Tuple arguments) {
    List<Object> values = arguments.items();
    if (callable == Function.ORDERED_DICT && values.isEmpty()) {
      return new Dict(new LinkedHashMap<>());
    }
    // Of a parameter: tensor, requires_grad, hooks.
    if (callable == Function.REBUILD_PARAMETER
        && values.size() == 3
        && values.get(0) instanceof WeightReference weight) {
      return weight;
    }
    // Of a tensor: storage, offset, size, stride, requires_grad, hooks, and perhaps metadata.
    if (callable == Function.REBUILD_TENSOR
        && (values.size() == 6 || values.size() == 7)
        && values.get(0) instanceof Storage storage
        && values.get(1) instanceof Long first
        && values.get(2) instanceof Tuple shape
        && values.get(3) instanceof Tuple strides) {
      return WeightReference.strided(
          storage.data, storage.dtype, first, longs(shape), longs(strides));
    }
    throw refused("it calls what is no function, or with wrong arguments");
  }

  @Override
  public Object persistent(Object id) {
    if (id instanceof Tuple tuple
        && tuple.items().size() == 5
        && tuple.items().get(0).equals("storage")
        && tuple.items().get(1) instanceof DType dtype
        && tuple.items().get(2) instanceof String key
        && tuple.items().get(4) instanceof Long elements) {
      Region data = storages.computeIfAbsent(key, name -> zip.entry(root + "/data/" + name));
      if (elements < 0 || elements > data.length() / dtype.bytes()) {
        throw refused("storage " + key + " has fewer than " + elements + " elements");
      }
      return new Storage(data.slice(0, elements * dtype.bytes()), dtype);
    }
    throw refused("it refers to something that is no storage");
  }

  @Override
  public ModelException refused(String why) {
    return new ModelException("a PyTorch file must hold a plain state dict: " + why + ", in "
        + source.name() + "; do not trust the file, " + REMEDY);
  }

  private long[] longs(Tuple tuple) {
    long[] result = new long[tuple.items().size()];
    for (int i = 0; i < result.length; i++) {
      if (!(tuple.items().get(i) instanceof Long value)) {
        throw refused("a shape or stride is no whole number");
      }
      result[i] = value;
    }
    return result;
  }
}
