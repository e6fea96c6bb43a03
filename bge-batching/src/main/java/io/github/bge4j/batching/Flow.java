package io.github.bge4j.batching;

import org.jspecify.annotations.Nullable;

/**
 * The waiting requests of one function in one lane, linked in the order in which they take turns.
 * Not thread-safe.
 */
final class Flow {

  private final RegisteredFunction function;
  private final Lane lane;

  private @Nullable Request first;
  private @Nullable Request last;
  private int items;
  private long cost;

  /** Cost served so far, over the weight; {@link FairShare} serves the flow that has least. */
  double served;

  Flow(RegisteredFunction function, Lane lane) {
    this.function = function;
    this.lane = lane;
  }

  RegisteredFunction function() {
    return function;
  }

  Lane lane() {
    return lane;
  }

  boolean isEmpty() {
    return first == null;
  }

  /** Returns the request whose turn is next; it has waited longest for it. */
  @Nullable Request first() {
    return first;
  }

  /** Tells whether as much waits as fits in one batch. */
  boolean fillsBatch(long maxCost) {
    return items >= function.limits().maxItems() || cost >= maxCost;
  }

  void add(Request request) {
    link(request);
    items += request.pending().size();
    cost += pendingCost(request);
  }

  /** Removes a request before its pending items are cleared. O(its items) time. */
  void remove(Request request) {
    items -= request.pending().size();
    cost -= pendingCost(request);
    unlink(request);
  }

  /** Items of requests of this flow have been put into a batch. */
  void taken(int count, long sum) {
    items -= count;
    cost -= sum;
  }

  /** Ends a turn of a request: out if nothing of it is pending, else to the end of the line. */
  void endTurn(Request request, long now) {
    unlink(request);
    if (!request.pending().isEmpty()) {
      request.waitingSince = now;
      link(request);
    }
  }

  private void link(Request request) {
    request.queued = true;
    request.next = null;
    request.previous = last;
    if (last == null) {
      first = request;
    } else {
      last.next = request;
    }
    last = request;
  }

  void unlink(Request request) {
    Request before = request.previous;
    Request after = request.next;
    if (before == null) {
      first = after;
    } else {
      before.next = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.previous = before;
    }
    request.previous = null;
    request.next = null;
    request.queued = false;
  }

  private static long pendingCost(Request request) {
    long sum = 0;
    for (int i = 0; i < request.pending().size(); i++) {
      sum += request.pending().length(i);
    }
    return sum;
  }
}
