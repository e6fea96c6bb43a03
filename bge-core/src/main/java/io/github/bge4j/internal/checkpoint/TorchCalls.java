package io.github.bge4j.internal.checkpoint;

import io.github.bge4j.ModelException;
import io.github.bge4j.internal.checkpoint.PickleReader.Dict;
import io.github.bge4j.internal.checkpoint.PickleReader.Instance;
import io.github.bge4j.internal.checkpoint.PickleReader.Tuple;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a pickle of PyTorch may name: ordered dicts, sets, tensors, storage classes, and the linear
 * layer. Any other name is refused; these are only imitated, and all that they make is data.
 */
final class TorchCalls implements PickleReader.Calls {

  private static final String REMEDY = "use model.safetensors of the same model instead";
  private static final int PLAIN_ID = 5;
  private static final int ID_WITH_VIEW = 6;

  /**
   * A storage, which lies outside the pickle.
   *
   * @param elements of the whole storage
   * @param first of the elements that are used; above 0 for a view of a storage only
   * @param used elements from {@code first} on
   */
  record Storage(String key, DType dtype, long elements, long first, long used) {}

  /** A tensor as it is described; nobody has looked for its storage. */
  record Tensor(Storage storage, long first, long[] shape, long[] strides) {

    /** Finds it in its whole storage. */
    WeightReference in(Region whole) {
      int bytes = storage.dtype.bytes();
      Region region = whole.slice(storage.first * bytes, storage.used * bytes);
      return WeightReference.strided(region, storage.dtype, first, shape, strides);
    }
  }

  private enum Callable {
    ORDERED_DICT,
    SET,
    REBUILD_TENSOR,
    REBUILD_PARAMETER,
    LINEAR
  }

  private final String file;

  /** By key, as they were named first. */
  private final Map<String, Storage> storages = new LinkedHashMap<>();

  TorchCalls(String file) {
    this.file = file;
  }

  /** Returns all storages that were named so far, by key. */
  Map<String, Storage> storages() {
    return storages;
  }

  @Override
  public Object global(String module, String name) {
    return switch (module + "." + name) {
      case "collections.OrderedDict" -> Callable.ORDERED_DICT;
      case "builtins.set", "__builtin__.set" -> Callable.SET;
      case "torch._utils._rebuild_tensor_v2" -> Callable.REBUILD_TENSOR;
      case "torch._utils._rebuild_parameter" -> Callable.REBUILD_PARAMETER;
      case "torch.nn.modules.linear.Linear" -> Callable.LINEAR;
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
    if (callable == Callable.ORDERED_DICT && values.isEmpty()) {
      return new Dict(new LinkedHashMap<>());
    }
    if (callable == Callable.LINEAR && values.isEmpty()) {
      return new Instance(new LinkedHashMap<>());
    }
    if (callable == Callable.SET && values.size() == 1 && values.get(0) instanceof List<?> items) {
      return items;
    }
    // Of a parameter: tensor, requires_grad, hooks.
    if (callable == Callable.REBUILD_PARAMETER
        && values.size() == 3
        && values.get(0) instanceof Tensor tensor) {
      return tensor;
    }
    // Of a tensor: storage, offset, size, stride, requires_grad, hooks, and perhaps metadata.
    if (callable == Callable.REBUILD_TENSOR
        && (values.size() == 6 || values.size() == 7)
        && values.get(0) instanceof Storage storage
        && values.get(1) instanceof Long first
        && values.get(2) instanceof Tuple shape
        && values.get(3) instanceof Tuple strides) {
      return new Tensor(storage, first, longs(shape), longs(strides));
    }
    throw refused("it calls what is no function, or with wrong arguments");
  }

  /** A storage; before 1.6 also a class, which came with its source. */
  @Override
  public Object persistent(Object id) {
    List<Object> parts = id instanceof Tuple tuple ? tuple.items() : List.of();
    if (parts.size() == 4
        && parts.get(0).equals("module")
        && parts.get(1) instanceof Callable type) {
      return type;
    }
    if ((parts.size() == PLAIN_ID || parts.size() == ID_WITH_VIEW)
        && parts.get(0).equals("storage")
        && parts.get(1) instanceof DType dtype
        && parts.get(2) instanceof String key
        && parts.get(4) instanceof Long elements) {
      Storage whole = new Storage(key, dtype, elements, 0, elements);
      if (elements < 0 || elements > Long.MAX_VALUE / dtype.bytes()) {
        throw refused("storage " + key + " cannot have " + elements + " elements");
      }
      storages.putIfAbsent(key, whole);
      return parts.size() == PLAIN_ID ? whole : view(whole, parts.get(5));
    }
    throw refused("it refers to something that is no storage");
  }

  /** Of a view: its own key, its first element, its elements. */
  private Storage view(Storage whole, Object view) {
    if (view.equals(PickleReader.NONE)) {
      return whole;
    }
    if (view instanceof Tuple parts
        && parts.items().size() == 3
        && parts.items().get(1) instanceof Long first
        && parts.items().get(2) instanceof Long used
        && first >= 0
        && used >= 0
        && used <= whole.elements
        && first <= whole.elements - used) {
      return new Storage(whole.key, whole.dtype, whole.elements, first, used);
    }
    throw refused("a view leads out of storage " + whole.key);
  }

  @Override
  public ModelException refused(String why) {
    return new ModelException("a PyTorch file must hold plain weights: " + why + ", in " + file
        + "; do not trust the file, " + REMEDY);
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
