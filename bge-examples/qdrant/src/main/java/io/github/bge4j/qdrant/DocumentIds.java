package io.github.bge4j.qdrant;

import java.util.UUID;

/**
 * The ids of documents that were seen, to find one that comes twice. Of an id it keeps a hash of 64
 * bits, in 11 to 22 bytes. Among a hundred million different ids it takes two for the same with a
 * probability of 0.03 %, among ten million of a hundredth of that.
 *
 * <p>Not thread-safe.
 */
public final class DocumentIds {

  private static final int FIRST_SLOTS = 1 << 10;

  /** Hashes, each in the first free slot after its own; 0 is free. */
  private long[] slots = new long[FIRST_SLOTS];

  private int size;

  /** Makes a set without ids. */
  public DocumentIds() {}

  /**
   * Adds an id.
   *
   * @param id of a document
   * @return whether it was not there
   */
  public boolean add(String id) {
    if (size >= slots.length / 4 * 3) {
      grow();
    }
    UUID uuid = PointIds.of(id, 0);
    // The fixed bits of the halves lie at different places, so that all 64 are of the hash.
    long hash = uuid.getMostSignificantBits() ^ uuid.getLeastSignificantBits();
    boolean added = put(hash == 0 ? 1 : hash);
    size += added ? 1 : 0;
    return added;
  }

  private boolean put(long hash) {
    int slot = (int) hash & (slots.length - 1);
    while (slots[slot] != 0) {
      if (slots[slot] == hash) {
        return false;
      }
      slot = (slot + 1) & (slots.length - 1);
    }
    slots[slot] = hash;
    return true;
  }

  private void grow() {
    long[] old = slots;
    slots = new long[Math.multiplyExact(old.length, 2)];
    for (long hash : old) {
      if (hash != 0) {
        put(hash);
      }
    }
  }
}
