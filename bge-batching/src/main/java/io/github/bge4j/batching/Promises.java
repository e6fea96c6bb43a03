package io.github.bge4j.batching;

import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The requests with deadlines in the lines of a {@link Flow}, by their due, and whether all of them
 * can be kept. Reads the lines as they are; not thread-safe.
 */
final class Promises {

  private final Line[] lines;

  Promises(Line[] lines) {
    this.lines = lines;
  }

  /** Returns the earliest of which an item could run; null if there is none. */
  @Nullable Request earliestPending() {
    Walk walk = walk();
    Request request = walk.next();
    while (request != null && request.items().nonePending()) {
      request = walk.next();
    }
    return request;
  }

  Walk walk() {
    return new Walk(lines);
  }

  /**
   * Returns the least time that a request has to spare, if all run in the order of their due, and
   * work without a deadline gets as much as they do.
   *
   * @param newcomer stands at its place as well; only what it would make late counts then
   * @param nanosFor how long the flow takes for so much of its work
   * @return nanoseconds; below zero if one will be late; {@link Request#NEVER} if there is none
   */
  long leastSlack(
      RegisteredFunction function,
      long now,
      @Nullable Request newcomer,
      LongUnaryOperator nanosFor) {
    long least = Request.NEVER;
    long before = 0;
    long added = 0;
    boolean placed = newcomer == null;
    Walk walk = walk();
    Request next = walk.next();
    while (next != null || !placed) {
      if (newcomer != null && !placed && (next == null || next.due() > newcomer.due())) {
        placed = true;
        added = newcomer.work();
        long end = nanosUntilDone(function, before + added, nanosFor);
        least = Math.min(least, newcomer.deadline() - now - end);
      } else if (next != null) {
        before += next.countedWork;
        if (placed) {
          long end = nanosUntilDone(function, before + added, nanosFor);
          least = Math.min(least, next.deadline() - now - end);
        }
        next = walk.next();
      }
    }
    return least;
  }

  private long nanosUntilDone(
      RegisteredFunction function, long promisedWork, LongUnaryOperator nanosFor) {
    long all = promisedWork + Math.min(unpromisedWork(), promisedWork);
    // The last batch, which others may fill, runs on one worker, whatever the others do.
    long last = Math.min(all, function.maxCost());
    double alone =
        last * function.nanosPerCost() - nanosFor.applyAsLong(last) + nanosFor.applyAsLong(0);
    return nanosFor.applyAsLong(all) + (long) Math.max(0, alone);
  }

  private long unpromisedWork() {
    long sum = 0;
    for (Line line : lines) {
      sum += line.unpromisedWork;
    }
    return sum;
  }

  /** Goes through them once, by their due; the last one that it gave may leave its line. */
  static final class Walk {

    private final @Nullable Request[] heads;

    private Walk(Line[] lines) {
      heads = new Request[lines.length];
      for (int i = 0; i < lines.length; i++) {
        heads[i] = lines[i].first;
      }
    }

    /** Returns the next one; null if there is none. */
    @Nullable Request next() {
      int earliest = -1;
      for (int i = 0; i < heads.length; i++) {
        Request head = heads[i];
        while (head != null && !head.hasDeadline()) {
          head = head.next;
        }
        heads[i] = head;
        Request best = earliest < 0 ? null : heads[earliest];
        if (head != null && (best == null || head.due() < best.due())) {
          earliest = i;
        }
      }
      Request found = earliest < 0 ? null : heads[earliest];
      if (found != null) {
        heads[earliest] = found.next;
      }
      return found;
    }
  }
}
