package io.github.bge4j.batching;

/**
 * Chooses the items of a batch. Not thread-safe.
 *
 * <p>The request whose turn it is always comes first, with its longest item. Its other items, and
 * those of a bounded number of requests behind it, join if their lengths match under the
 * {@link BatchLimits}. So lengths match where they can, and nothing is passed over for ever.
 */
final class BatchFormer {

  private final int lookAhead;

  BatchFormer(int lookAhead) {
    this.lookAhead = lookAhead;
  }

  /** Takes a batch of pending items from a flow, whose first request is given. */
  Batch form(Flow flow, Request first, long now) {
    Batch batch = new Batch(flow.function(), flow.lane());
    Request next = first.next;
    take(first, batch);
    for (int looked = 0; looked < lookAhead && next != null && hasRoom(batch); looked++) {
      Request request = next;
      next = request.next;
      if (request.deadline() > now) {
        take(request, batch);
      }
      if (request.pending().isEmpty()) {
        flow.unlink(request);
      }
    }
    flow.endTurn(first, now);
    flow.taken(batch.size(), batch.cost());
    return batch;
  }

  /** Takes a batch of the pending items of a request that is in no flow. */
  static Batch form(Request request) {
    Batch batch = new Batch(request.function(), request.lane());
    take(request, batch);
    return batch;
  }

  /** Tells whether all pending items of a request fit in one batch. */
  static boolean fitsOneBatch(Request request) {
    PendingItems pending = request.pending();
    BatchLimits limits = request.function().limits();
    int items = pending.size();
    long longest = pending.length(items - 1);
    long cost = limits.packs() ? request.unfinishedCost() : items * longest;
    return items == 1
        || (items <= limits.maxItems()
            && cost <= request.function().memory().current()
            && pending.length(0) >= shortestBeside(longest, limits));
  }

  private static void take(Request request, Batch batch) {
    PendingItems pending = request.pending();
    int to = pending.floor(longestJoinable(batch));
    while (to >= 0 && joins(pending.length(to), batch)) {
      int from = to;
      while (from >= 0 && joins(pending.length(from), batch)) {
        batch.add(request, pending.index(from), pending.length(from));
        from--;
      }
      pending.remove(from + 1, to + 1);
      to = pending.floor(longestJoinable(batch));
    }
  }

  private static boolean joins(int length, Batch batch) {
    return hasRoom(batch) && length <= longestJoinable(batch) && length >= shortestJoinable(batch);
  }

  private static boolean hasRoom(Batch batch) {
    return batch.size() < batch.function().limits().maxItems();
  }

  /** Returns the length up to which an item may join, by cost and padding; -1 for none. */
  private static long longestJoinable(Batch batch) {
    if (batch.size() == 0) {
      return Long.MAX_VALUE;
    }
    BatchLimits limits = batch.function().limits();
    long maxCost = batch.function().memory().current();
    if (limits.packs()) {
      return maxCost - batch.cost();
    }
    long byCost = maxCost / (batch.size() + 1);
    long byPadding = (long) (batch.shortest() / (1 - limits.maxPadding()));
    return byCost < batch.longest() ? -1 : Math.min(byCost, byPadding);
  }

  private static long shortestJoinable(Batch batch) {
    return shortestBeside(batch.longest(), batch.function().limits());
  }

  private static long shortestBeside(long longest, BatchLimits limits) {
    return (long) Math.ceil((1 - limits.maxPadding()) * longest);
  }
}
