package io.github.bge4j.batching;

import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The waiting requests of one function in one lane. Not thread-safe.
 *
 * <p>They stand in three lines: requests of up to 8 items, of up to 128, and larger ones. While
 * several lines have work, they share the flow by cost in equal parts, so that a small request
 * never waits for a large one. Within a line the earliest {@linkplain Request#due due} comes first,
 * and is finished before the next begins: so without deadlines first come is first served.
 *
 * <p>A deadline is a promise: a request is only taken if it, and all that were taken before, can
 * still be done in time. When a promise would break if the lines went on taking turns, the flow
 * hurries: requests with deadlines run in the order of their due, whatever their size. At all times
 * those without a deadline get as much as those with one. So of a flow's own share, a request
 * without a deadline is served within six times the work of such that stands before it in its own
 * line, and eight batches (99 of 100 in the simulation of overload).
 */
final class Flow {

  /** The most items of a request in each line but the last. */
  private static final int[] LINE_SIZES = {8, 128};

  private final RegisteredFunction function;
  private final Lane lane;
  private final Line[] lines = new Line[LINE_SIZES.length + 1];
  private final Promises promises = new Promises(lines);
  private int requests;
  private int promised;
  /** Whether a deadline would be missed if the lines went on taking turns. */
  private boolean hurries;

  /** What requests with deadlines were served more than others, at most a batch. */
  private double owed;

  private int items;
  private long cost;
  /** Requests of which items are not made. */
  private int unmade;

  private double level;
  /** Cost served so far, over the weight; {@link FairShare} serves the flow that has least. */
  double served;

  Flow(RegisteredFunction function, Lane lane) {
    this.function = function;
    this.lane = lane;
    for (int i = 0; i < lines.length; i++) {
      lines[i] = new Line();
    }
  }

  RegisteredFunction function() {
    return function;
  }

  Lane lane() {
    return lane;
  }

  Promises promises() {
    return promises;
  }

  boolean hasPromises() {
    return promised > 0;
  }

  boolean isEmpty() {
    return requests == 0;
  }

  int size() {
    return requests;
  }

  /** Tells whether as much waits as fits in one batch. */
  boolean fillsBatch() {
    return items >= function.limits().maxItems() || cost >= function.maxCost();
  }

  private Line lineOf(Request request) {
    int line = 0;
    while (line < LINE_SIZES.length && request.size() > LINE_SIZES[line]) {
      line++;
    }
    return lines[line];
  }

  void add(Request request) {
    Line line = lineOf(request);
    if (line.first == null) {
      line.served = Math.max(line.served, level);
    }
    line.insert(request);
    requests++;
    promised += request.hasDeadline() ? 1 : 0;
    count(line, request, 1);
  }

  /** Takes a request out of its line, before its pending items are cleared. */
  void remove(Request request) {
    Line line = lineOf(request);
    count(line, request, -1);
    unlink(line, request);
  }

  private void unlink(Line line, Request request) {
    line.unlink(request);
    requests--;
    promised -= request.hasDeadline() ? 1 : 0;
  }

  private void count(Line line, Request request, int sign) {
    items += sign * request.items().pending();
    cost += sign * request.items().pendingCost();
    unmade += request.items().allMade() ? 0 : sign;
    if (sign > 0) {
      line.recount(request);
    }
  }

  void made(Request request, long[] entries) {
    RequestItems made = request.items();
    int sizeBefore = made.pending();
    long costBefore = made.pendingCost();
    int unmadeBefore = made.allMade() ? 0 : 1;
    request.made(entries);
    items += made.pending() - sizeBefore;
    cost += made.pendingCost() - costBefore;
    unmade -= unmadeBefore - (made.allMade() ? 0 : 1);
    lineOf(request).recount(request);
  }

  boolean hasPending() {
    return leastServed(Line::firstPending) != null;
  }

  /**
   * Returns the request whose turn is next; null if none has an item that could run.
   *
   * @param nanosFor how long the flow takes for so much of its work
   */
  @Nullable Request next(long now, LongUnaryOperator nanosFor) {
    Request first = leastServed(Line::firstPending);
    hurries = promised > 0
        && first != null
        && promises.leastSlack(function, now, null, nanosFor)
            <= 2 * nanosFor.applyAsLong(function.maxCost());
    if (!hurries) {
      return first == null ? null : lineOf(first).fairly(first);
    }
    Request other = owed > 0 ? leastServed(Line::firstUnpromised) : null;
    Request urgent = other == null ? promises.earliestPending() : other;
    return urgent == null ? first : urgent;
  }

  /** Returns what comes first in the line that was served least, of those that have such. */
  private @Nullable Request leastServed(Function<Line, @Nullable Request> first) {
    Line least = null;
    Request found = null;
    for (Line line : lines) {
      Request candidate = least == null || line.served < least.served ? first.apply(line) : null;
      if (candidate != null) {
        least = line;
        found = candidate;
      }
    }
    return found;
  }

  /**
   * Returns until when the flow may wait for company: each request must have waited so long at
   * most, and must still be able to meet its deadline, even if it takes twice as long as measured.
   */
  long gathersUntil(long maxWait) {
    long earliest = Request.NEVER;
    for (Line line : lines) {
      earliest = Math.min(earliest, line.gathersUntil(maxWait, function.nanosPerCost()));
    }
    return earliest;
  }

  /**
   * Fills a batch: the longest item of the request whose turn it is comes first, then its others
   * and those of a bounded number of requests behind it, as far as their lengths match. So lengths
   * match where they can, and nothing is passed over for ever.
   */
  void form(Batch batch, Request first, int lookAhead, long now) {
    Line line = lineOf(first);
    level = Math.max(level, line.served);
    Request behind = first.next;
    move(line, first, batch);
    first.waitingSince = now;
    int looked = lookAhead;
    if (hurries) {
      looked = lookAtPromises(batch, looked, now);
    }
    looked = lookCloser(line, hurries ? line.first : behind, batch, looked, now);
    for (int i = 0; i < lines.length && looked > 0 && batch.hasRoom(); i++) {
      if (lines[i] != line) {
        looked = lookCloser(lines[i], lines[i].first, batch, looked, now);
      }
    }
  }

  /** Lets requests with deadlines join; returns how many more may be looked at. */
  private int lookAtPromises(Batch batch, int lookAhead, long now) {
    int left = lookAhead;
    Promises.Walk walk = promises.walk();
    Request next = walk.next();
    for (; next != null && left > 0 && batch.hasRoom(); left--) {
      Request request = next;
      next = walk.next();
      if (request.deadline() > now) {
        move(lineOf(request), request, batch);
      }
    }
    return left;
  }

  /** Lets requests of a line join; returns how many more may be looked at. */
  private int lookCloser(Line line, @Nullable Request from, Batch batch, int lookAhead, long now) {
    int left = lookAhead;
    Request next;
    for (Request request = from; request != null && left > 0 && batch.hasRoom(); request = next) {
      next = request.next;
      left--;
      if (request.deadline() > now) {
        move(line, request, batch);
      }
    }
    return left;
  }

  private void move(Line line, Request request, Batch batch) {
    int sizeBefore = request.items().pending();
    long costBefore = request.items().pendingCost();
    request.items().moveTo(batch, request);
    items -= sizeBefore - request.items().pending();
    cost -= costBefore - request.items().pendingCost();
    charge(line, request.hasDeadline(), costBefore - request.items().pendingCost());
    if (request.items().nonePending() && request.items().allMade()) {
      unlink(line, request);
    } else {
      line.recount(request);
    }
  }

  /** While the flow hurries, promised work is no turn of its line. */
  private void charge(Line line, boolean promise, long taken) {
    if (!(hurries && promise)) {
      line.served += (double) taken;
    }
    if (promised > 0) {
      double limit = (double) Math.max(function.maxCost(), taken);
      double more = promise ? (double) taken : (double) -taken;
      owed = Math.max(-limit, Math.min(limit, owed + more));
      line.owed = Math.max(-limit, Math.min(limit, line.owed + more));
    }
  }

  /** Shows all requests; each may be removed meanwhile. */
  void forEach(Consumer<Request> action) {
    for (Line line : lines) {
      Request next;
      for (Request request = line.first; request != null; request = next) {
        next = request.next;
        action.accept(request);
      }
    }
  }

  /** Tells whether items of a request are not made. */
  boolean hasUnmade() {
    return unmade > 0;
  }

  /** Returns a request whose items a worker should make; null if there is none. */
  @Nullable Request hungry() {
    Request found = null;
    for (int i = 0; i < lines.length && unmade > 0 && found == null; i++) {
      found = lines[i].hungry();
    }
    return found;
  }

  /** Returns the work of all requests. */
  long work() {
    long sum = 0;
    for (Line line : lines) {
      sum += line.work;
    }
    return sum;
  }
}
