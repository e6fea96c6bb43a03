package io.github.bge4j.internal.checkpoint;

import io.github.bge4j.internal.checkpoint.PickleReader.Dict;
import io.github.bge4j.internal.checkpoint.TorchCalls.Storage;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The container of PyTorch before 1.6: pickles of a magic number, a version, facts of the machine,
 * the object, and the keys of its storages; then each storage, after its number of elements.
 */
final class TorchStream {

  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final Long VERSION = 1001L;

  /** An XLM-R large has 400. */
  private static final int MAX_STORAGES = 1 << 14;

  private final Region source;
  private final TorchCalls calls;
  private final ByteBuffer pickles;
  private final Object root;
  private final Map<String, Region> storages = new HashMap<>();

  private TorchStream(Region source, TorchCalls calls) {
    this.source = source;
    this.calls = calls;
    long indexBytes = Math.min(source.length(), Region.MAX_INDEX_BYTES);
    this.pickles = source.slice(0, indexBytes).readIndex("the pickles");
    if (!MAGIC.equals(next()) || !VERSION.equals(next())) {
      throw calls.refused("it is a pickle, but none that PyTorch wrote");
    }
    if (!(next() instanceof Dict machine)
        || !Boolean.TRUE.equals(machine.items().get("little_endian"))) {
      throw calls.refused("its byte order is not little");
    }
    this.root = next();
    findStorages(next());
  }

  /**
   * Reads the pickles, and finds where the storages lie.
   *
   * @throws io.github.bge4j.ModelException if the file is damaged or wants anything but weights
   */
  static TorchStream read(Region source, TorchCalls calls) {
    return new TorchStream(source, calls);
  }

  /** Returns the object. */
  Object root() {
    return root;
  }

  /** Returns where a whole storage lies. */
  Region storage(Storage storage) {
    Storage stored = Objects.requireNonNull(calls.storages().get(storage.key()));
    Region region = storages.get(storage.key());
    if (region == null
        || stored.dtype() != storage.dtype()
        || stored.elements() != storage.elements()) {
      throw calls.refused("storage " + storage.key() + " is missing, or comes in two sizes");
    }
    return region;
  }

  private Object next() {
    return PickleReader.read(pickles, calls);
  }

  private void findStorages(Object keys) {
    if (!(keys instanceof List<?> list) || list.size() > MAX_STORAGES) {
      throw calls.refused("it has no list of at most " + MAX_STORAGES + " storages");
    }
    Region rest = source.slice(pickles.position(), source.length() - pickles.position());
    for (Object key : list) {
      Storage storage = key instanceof String name ? calls.storages().get(name) : null;
      if (storage == null) {
        throw calls.refused("a storage is listed that no tensor has");
      }
      long elements = rest.slice(0, Long.BYTES)
          .readIndex("a number of elements")
          .order(ByteOrder.LITTLE_ENDIAN)
          .getLong();
      if (elements != storage.elements()) {
        throw calls.refused("storage " + storage.key() + " must have " + storage.elements()
            + " elements and has " + elements);
      }
      Region data = rest.slice(Long.BYTES, elements * storage.dtype().bytes());
      if (storages.put(storage.key(), data) != null) {
        throw calls.refused("storage " + storage.key() + " comes twice");
      }
      long done = Long.BYTES + data.length();
      rest = rest.slice(done, rest.length() - done);
    }
  }
}
