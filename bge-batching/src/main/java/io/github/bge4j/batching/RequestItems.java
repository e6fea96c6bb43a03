package io.github.bge4j.batching;

import java.util.Arrays;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The items of one request: first they are made, a portion at a time, then they are pending, in
 * order of length, then a batch has them. Guarded by the scheduler's lock, but for {@link #make}
 * and {@link #areWanted}.
 *
 * <p>The pending ones are kept as one sorted array of {@code length << 32 | ~index}, shape
 * {@code [items]}: among equal lengths the earlier item comes last, so that taking from the end
 * takes longest and first ones first.
 */
final class RequestItems {

  /** Items that are made at a time: enough to find some of equal length, a few ms of work. */
  static final int PORTION = 64;
  /** More are made when no more than so many wait: while some run, the next are there. */
  static final int AHEAD = 2 * PORTION;

  private static final long[] NONE = {};

  private final RegisteredFunction function;
  private final int count;
  /** Makes the items that are not made; null if they all were there from the beginning. */
  private @Nullable IntFunction<?> source;

  /** Null when nobody wants them any more. */
  private Object @Nullable [] items;

  private int made;
  private long madeCost;
  private boolean making;
  private volatile boolean wanted;
  private long[] pending = NONE;
  private int size;
  private long pendingCost;

  /** Takes items that are there; they are not copied and not changed. */
  RequestItems(RegisteredFunction function, Object[] items) {
    this.function = function;
    this.count = items.length;
    this.items = items;
  }

  /**
   * Takes items that are still to be made.
   *
   * @param source called once for each index, in order by one thread at a time unless the function
   *     has {@link ItemMakers}
   */
  RequestItems(RegisteredFunction function, int count, IntFunction<?> source) {
    this.function = function;
    this.count = count;
    this.items = new Object[count];
    this.source = source;
  }

  int count() {
    return count;
  }

  /**
   * Makes the next items, without the lock; whoever does it was chosen by {@link #beginMaking}, or
   * nobody else knows the request yet.
   *
   * @return their lengths and indexes, as pending ones are kept but not sorted; for {@link #add}
   * @throws IllegalArgumentException if one costs less than 1
   */
  long[] make() {
    // Read once, as the items may be dropped meanwhile; the source goes after them.
    IntFunction<?> maker = source;
    Object[] target = items;
    ItemMakers makers = function.makers();
    int from = made;
    int to = maker == null ? count : Math.min(count, from + portion(makers));
    long[] entries = new long[to - from];
    if (makers != null && maker != null && target != null) {
      makers.make(from, to, i -> {
        target[i] = maker.apply(i);
        entries[i - from] = entry(i, target[i]);
      });
      return entries;
    }
    for (int i = from; i < to && target != null; i++) {
      if (maker != null) {
        target[i] = maker.apply(i);
      }
      entries[i - from] = entry(i, target[i]);
    }
    return entries;
  }

  private int portion(@Nullable ItemMakers makers) {
    return makers == null || made == 0
        ? PORTION
        : makers.portion((double) madeCost / made, function.limits());
  }

  private long entry(int index, Object item) {
    return ((long) function.cost(index, item) << 32) | (~index & 0xffffffffL);
  }

  /**
   * The next items are made; they are pending now. O(n log n) time.
   *
   * @param entries from {@link #make}; kept
   * @return what they cost
   */
  long add(long[] entries) {
    if (items == null) {
      return 0;
    }
    if (size == 0) {
      pending = entries;
    } else {
      if (pending.length < size + entries.length) {
        pending = Arrays.copyOf(pending, size + entries.length);
      }
      System.arraycopy(entries, 0, pending, size, entries.length);
    }
    long sum = 0;
    for (long entry : entries) {
      sum += entry >>> 32;
    }
    size += entries.length;
    if (size > 1) {
      Arrays.sort(pending, 0, size);
    }
    made += entries.length;
    madeCost += sum;
    pendingCost += sum;
    if (made == count) {
      source = null;
    }
    making = false;
    lookForMore();
    return sum;
  }

  boolean isMaking() {
    return making;
  }

  private void lookForMore() {
    if (source != null) {
      wanted = !making && !areEnough(function, size, pendingCost);
    }
  }

  /** Tells whether no more than these need wait for a function. */
  static boolean areEnough(RegisteredFunction function, int pending, long pendingCost) {
    ItemMakers makers = function.makers();
    return pending > AHEAD
        && (makers == null || makers.areEnough(pending, pendingCost, function.limits()));
  }

  /** Tells whether somebody should make more; may be asked without the lock. */
  boolean areWanted() {
    return wanted;
  }

  /** Makes the calling thread the one that makes the next items; false if none are wanted. */
  boolean beginMaking() {
    making |= wanted;
    boolean begins = wanted;
    wanted = false;
    return begins;
  }

  boolean allMade() {
    return made == count;
  }

  /** Tells whether no item could run now. */
  boolean nonePending() {
    return size == 0;
  }

  int pending() {
    return size;
  }

  long pendingCost() {
    return pendingCost;
  }

  /** Returns about what the items cost that are not made, by the mean of the others. */
  long unmadeCost() {
    return made == count ? 0 : (count - made) * (madeCost / Math.max(1, made));
  }

  /** Tells whether an empty batch takes all items. */
  boolean fitIn(Batch batch) {
    long longest = size == 0 ? 0 : length(size - 1);
    return allMade()
        && (size == 1 || (size > 1 && batch.holds(size, pendingCost, longest, length(0))));
  }

  /** Moves as many pending items into a batch as it admits, the longest and earliest first. */
  void moveTo(Batch batch, Request owner) {
    Object[] mine = items;
    int to = floor(batch.longestAdmitted());
    while (mine != null && to >= 0 && batch.admits(length(to))) {
      int from = to;
      while (from >= 0 && batch.admits(length(from))) {
        int index = ~(int) pending[from];
        batch.add(owner, mine[index], index, length(from));
        pendingCost -= length(from);
        from--;
      }
      System.arraycopy(pending, to + 1, pending, from + 1, size - to - 1);
      size -= to - from;
      to = floor(batch.longestAdmitted());
    }
    lookForMore();
  }

  /** Returns the length of the item at a position; positions ascend with length. */
  private int length(int position) {
    return (int) (pending[position] >>> 32);
  }

  /** Returns the position of the longest item of at most this length; -1 if all are longer. */
  private int floor(long maxLength) {
    if (size == 0 || length(size - 1) <= maxLength) {
      return size - 1;
    }
    int low = 0;
    int high = size - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (length(middle) <= maxLength) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }

  /** Lets go of everything: nobody wants them any more. */
  void drop() {
    wanted = false;
    size = 0;
    pendingCost = 0;
    pending = NONE;
    items = null;
    source = null;
  }
}
