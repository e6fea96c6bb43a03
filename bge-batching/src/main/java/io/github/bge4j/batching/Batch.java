package io.github.bge4j.batching;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Items of one function that run together, and whose they are. Not thread-safe. */
final class Batch {

  private static final int FIRST_CAPACITY = 16;

  private final RegisteredFunction function;
  private final Lane lane;
  private final RunContext context = new RunContext();
  private final Thread runner = Thread.currentThread();

  private Request[] requests;
  private int[] indexes;
  private int[] costs;
  private int size;
  private long cost;
  private int longest;
  private int shortest = Integer.MAX_VALUE;
  private long oldest = Long.MAX_VALUE;

  Batch(RegisteredFunction function, Lane lane) {
    this.function = function;
    this.lane = lane;
    int capacity = Math.min(FIRST_CAPACITY, function.limits().maxItems());
    requests = new Request[capacity];
    indexes = new int[capacity];
    costs = new int[capacity];
  }

  void add(Request request, int index, int itemCost) {
    if (size == indexes.length) {
      requests = Arrays.copyOf(requests, 2 * size);
      indexes = Arrays.copyOf(indexes, 2 * size);
      costs = Arrays.copyOf(costs, 2 * size);
    }
    requests[size] = request;
    indexes[size] = index;
    costs[size] = itemCost;
    size++;
    cost += itemCost;
    longest = Math.max(longest, itemCost);
    shortest = Math.min(shortest, itemCost);
    oldest = Math.min(oldest, request.arrivedAt());
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

  RunContext context() {
    return context;
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

  int longest() {
    return longest;
  }

  int shortest() {
    return shortest;
  }

  /** Returns when the oldest request in it was submitted. */
  long oldest() {
    return oldest;
  }

  /** Returns what the function sees. */
  List<Object> items() {
    Object[] items = new Object[size];
    for (int i = 0; i < size; i++) {
      items[i] = requests[i].item(indexes[i]);
    }
    return Collections.unmodifiableList(Arrays.asList(items));
  }

  /** Returns a new batch of the items from {@code from} to before {@code to}. */
  Batch part(int from, int to) {
    Batch part = new Batch(function, lane);
    for (int i = from; i < to; i++) {
      part.add(requests[i], indexes[i], costs[i]);
    }
    return part;
  }

  /** Tells whether nobody wants a result of it any more. */
  boolean isAbandoned() {
    for (int i = 0; i < size; i++) {
      if (!requests[i].isResolved()) {
        return false;
      }
    }
    return true;
  }
}
