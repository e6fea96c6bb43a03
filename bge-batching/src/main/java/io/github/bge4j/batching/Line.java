package io.github.bge4j.batching;

import org.jspecify.annotations.Nullable;

/**
 * The waiting requests of about one size in a {@link Flow}, linked in the order of their
 * {@linkplain Request#due due}. Not thread-safe.
 */
final class Line {

  /** So many requests are looked at for when gathering ends. */
  private static final int MOST_GATHERED = 128;

  @Nullable Request first;

  private @Nullable Request last;
  /** What its requests still have to run costs. */
  long work;
  /** So much of it is of requests without a deadline. */
  long unpromisedWork;
  /** Cost served so far, but for promised work while the flow hurried. */
  double served;
  /** What its requests with deadlines were served more than its others, at most a batch. */
  double owed;

  @Nullable Request firstPending() {
    Request request = first;
    while (request != null && request.items().nonePending()) {
      request = request.next;
    }
    return request;
  }

  /** Returns the first request without a deadline of which an item could run. */
  @Nullable Request firstUnpromised() {
    Request request = unpromisedWork == 0 ? null : first;
    while (request != null && (request.hasDeadline() || request.items().nonePending())) {
      request = request.next;
    }
    return request;
  }

  /** Returns the first to run, or one without a deadline if those have got less. */
  Request fairly(Request pending) {
    Request other = pending.hasDeadline() && owed > 0 ? firstUnpromised() : null;
    return other == null ? pending : other;
  }

  /**
   * Returns a request whose items a worker should make, because its turn comes soon: nothing of it
   * is pending, or nobody waits in a thread who has time for it. Null if there is none.
   */
  @Nullable Request hungry() {
    int ahead = 0;
    long aheadCost = 0;
    Request request = first;
    for (; request != null && !areEnough(request, ahead, aheadCost); request = request.next) {
      RequestItems unmade = request.items();
      if (unmade.areWanted()
          && (unmade.nonePending() || request.recipient().waitingThread() == null)) {
        return request;
      }
      ahead += unmade.pending();
      aheadCost += unmade.pendingCost();
    }
    return null;
  }

  private static boolean areEnough(Request next, int ahead, long aheadCost) {
    return RequestItems.areEnough(next.function(), ahead, aheadCost);
  }

  /** Returns until when its requests may wait for company; see {@link Flow#gathersUntil}. */
  long gathersUntil(long maxWait, double nanosPerCost) {
    long earliest = Request.NEVER;
    int looked = 0;
    for (Request request = first; request != null && looked < MOST_GATHERED; looked++) {
      if (!request.items().nonePending()) {
        long waits = request.gathers ? maxWait : 0;
        if (request.hasDeadline()) {
          long run = (long) (2 * request.work() * nanosPerCost);
          long allowed = request.deadline() - request.arrivedAt();
          waits = Math.min(waits, Math.min(allowed - run, allowed / 2));
        }
        earliest = Math.min(earliest, request.arrivedAt() + waits);
      }
      request = request.next;
    }
    return earliest;
  }

  void recount(Request request) {
    long now = request.work();
    work += now - request.countedWork;
    unpromisedWork += request.hasDeadline() ? 0 : now - request.countedWork;
    request.countedWork = now;
  }

  void insert(Request request) {
    Request before = last;
    while (before != null && before.due() > request.due()) {
      before = before.previous;
    }
    Request after = before == null ? first : before.next;
    request.previous = before;
    request.next = after;
    if (before == null) {
      first = request;
    } else {
      before.next = request;
    }
    if (after == null) {
      last = request;
    } else {
      after.previous = request;
    }
    request.queued = true;
  }

  void unlink(Request request) {
    work -= request.countedWork;
    unpromisedWork -= request.hasDeadline() ? 0 : request.countedWork;
    request.countedWork = 0;
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
}
