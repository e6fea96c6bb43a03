package io.github.bge4j.batching;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Items of one function that run together, whose they are, and which others may join them. Filled
 * under the scheduler's lock; then its runner's, but for what {@link BatchContext} promises.
 */
final class Batch implements BatchContext {

  private static final Logger LOG = LoggerFactory.getLogger(Batch.class);
  private static final int FIRST_CAPACITY = 16;

  private final RegisteredFunction function;
  private final Lane lane;
  private final Thread runner = Thread.currentThread();
  /** Held while the action for an abandoned batch runs, so that it is not taken back meanwhile. */
  private final ReentrantLock abandoning = new ReentrantLock();

  private @Nullable Runnable onAbandoned;
  /** Number of the registration that is open; negative if there is none. */
  private int registration = -1;

  private int registrations;
  private Request[] requests;
  private Object[] items;
  private int[] indexes;
  private int[] costs;
  private int size;
  private long cost;
  private int longest;
  private long leastAdmitted;
  private int shortest = Integer.MAX_VALUE;
  private long oldest = Long.MAX_VALUE;
  /** When it began to run. */
  long startedAt;
  /** Whether the caller that runs it holds a run slot; guarded by the scheduler's lock. */
  boolean holdsSlot;
  /** Whether nothing else ran or waited when it was claimed. */
  boolean alone;
  /** Whose worker runs it. */
  int device;

  private volatile boolean abandoned;

  Batch(RegisteredFunction function, Lane lane) {
    this.function = function;
    this.lane = lane;
    int capacity = Math.min(FIRST_CAPACITY, function.limits().maxItems());
    requests = new Request[capacity];
    items = new Object[capacity];
    indexes = new int[capacity];
    costs = new int[capacity];
  }

  /** Adds an item; it is in the batch wholly or, if memory runs out, not at all. */
  void add(Request request, Object item, int index, int itemCost) {
    if (size == indexes.length) {
      Request[] moreRequests = Arrays.copyOf(requests, 2 * size);
      Object[] moreItems = Arrays.copyOf(items, 2 * size);
      int[] moreIndexes = Arrays.copyOf(indexes, 2 * size);
      costs = Arrays.copyOf(costs, 2 * size);
      requests = moreRequests;
      items = moreItems;
      indexes = moreIndexes;
    }
    requests[size] = request;
    items[size] = item;
    indexes[size] = index;
    costs[size] = itemCost;
    size++;
    cost += itemCost;
    if (itemCost > longest) {
      longest = itemCost;
      leastAdmitted = shortestBeside(longest);
    }
    shortest = Math.min(shortest, itemCost);
    oldest = Math.min(oldest, request.arrivedAt());
  }

  boolean hasRoom() {
    return size < function.limits().maxItems();
  }

  /** Tells whether an item of this length may join. */
  boolean admits(int length) {
    return hasRoom() && length <= longestAdmitted() && length >= leastAdmitted;
  }

  /** Returns the length up to which an item may join, by cost and padding; -1 for none. */
  long longestAdmitted() {
    if (size == 0) {
      return Long.MAX_VALUE;
    }
    if (function.limits().packs()) {
      long bySpread = mostSpread() / (size + 1);
      return bySpread < longest ? -1 : Math.min(function.maxCost() - cost, bySpread);
    }
    long byCost = function.maxCost() / (size + 1);
    long byPadding = (long) (shortest / (1 - function.limits().maxPadding()));
    return byCost < longest ? -1 : Math.min(byCost, byPadding);
  }

  /** Tells whether an empty batch takes several items, which cost so much together. */
  boolean holds(int count, long sum, long longestItem, long shortestItem) {
    long taken = function.limits().packs() ? sum : count * longestItem;
    return count <= function.limits().maxItems()
        && taken <= function.maxCost()
        && (!function.limits().packs() || count * longestItem <= mostSpread())
        && shortestItem >= shortestBeside(longestItem);
  }

  private long mostSpread() {
    long most = Long.MAX_VALUE / BatchLimits.MOST_SPREAD;
    return BatchLimits.MOST_SPREAD * Math.min(most, function.maxCost());
  }

  private long shortestBeside(long length) {
    return (long) Math.ceil((1 - function.limits().maxPadding()) * length);
  }

  RegisteredFunction function() {
    return function;
  }

  Lane lane() {
    return lane;
  }

  /** Returns the thread that formed the batch, to run it. */
  Thread runner() {
    return runner;
  }

  int size() {
    return size;
  }

  Request request(int i) {
    return requests[i];
  }

  int index(int i) {
    return indexes[i];
  }

  int cost(int i) {
    return costs[i];
  }

  /** Returns the sum over the items. */
  long cost() {
    return cost;
  }

  /** Returns what the batch takes of the device: with the padding, if the device pads. */
  long paddedCost() {
    return function.limits().packs() ? cost : (long) size * longest;
  }

  /** Returns when the oldest request in it was submitted. */
  long oldest() {
    return oldest;
  }

  /** Returns what the function sees; not modifiable. */
  List<Object> items() {
    Object[] exact = size == items.length ? items : Arrays.copyOf(items, size);
    return Collections.unmodifiableList(Arrays.asList(exact));
  }

  /** Returns a new batch of the items from {@code from} to before {@code to}. */
  Batch part(int from, int to) {
    Batch part = empty();
    for (int i = from; i < to; i++) {
      part.add(requests[i], items[i], indexes[i], costs[i]);
    }
    return part;
  }

  /** Returns a new batch of those items that are wanted; null if there is none. */
  @Nullable Batch stillWanted() {
    Batch wanted = empty();
    for (int i = 0; i < size; i++) {
      if (!requests[i].isResolved()) {
        wanted.add(requests[i], items[i], indexes[i], costs[i]);
      }
    }
    return wanted.size == 0 ? null : wanted;
  }

  /** Returns a batch for items of this, to run where this runs. */
  private Batch empty() {
    Batch batch = new Batch(function, lane);
    batch.device = device;
    return batch;
  }

  /** Tells whether somebody wants a result of it. */
  boolean isWanted() {
    for (int i = 0; i < size; i++) {
      if (!requests[i].isResolved()) {
        return true;
      }
    }
    return false;
  }

  /** Tells the run that nobody wants its results any more. Called without a lock. */
  void abandon() {
    abandoned = true;
    fire();
  }

  private void fire() {
    abandoning.lock();
    try {
      Runnable action = onAbandoned;
      onAbandoned = null;
      if (action != null) {
        action.run();
      }
    } catch (Throwable e) {
      // Others are told after this one, whatever it is.
      LOG.warn("an action for an abandoned batch failed", e);
    } finally {
      abandoning.unlock();
    }
  }

  @Override
  public boolean isAbandoned() {
    return abandoned;
  }

  @Override
  public boolean isAlone() {
    return alone;
  }

  @Override
  public int device() {
    return device;
  }

  @Override
  public Registration onAbandoned(Runnable action) {
    int mine = register(action);
    if (abandoned) {
      fire();
    }
    return () -> unregister(mine);
  }

  private int register(Runnable action) {
    abandoning.lock();
    try {
      if (registration >= 0) {
        throw new IllegalStateException(
            "an action is registered already; close its registration first");
      }
      registration = registrations++;
      onAbandoned = action;
      return registration;
    } finally {
      abandoning.unlock();
    }
  }

  private void unregister(int mine) {
    abandoning.lock();
    try {
      if (registration == mine) {
        registration = -1;
        onAbandoned = null;
      }
    } finally {
      abandoning.unlock();
    }
  }
}
