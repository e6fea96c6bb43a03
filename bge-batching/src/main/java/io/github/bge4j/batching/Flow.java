package io.github.bge4j.batching;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The waiting requests of one function in one lane. Not thread-safe.
 *
 * <p>They stand in three lines: requests of up to 8 items, of up to 128, and larger ones. While
 * several lines have work, they share the flow by cost in equal parts, so that a small request
 * never waits for a large one: it is served within three times what stands before it in its own
 * line, and a batch. Within a line the earliest {@linkplain Request#due due} comes first, and is
 * finished before the next begins: so without deadlines first come is first served.
 */
final class Flow {

  /** The most items of a request in each line but the last. */
  private static final int[] LINE_SIZES = {8, 128};

  private final RegisteredFunction function;
  private final Lane lane;
  private final Line[] lines = new Line[LINE_SIZES.length + 1];
  private int requests;
  private int items;
  private long cost;
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

  boolean isEmpty() {
    return requests == 0;
  }

  /** Returns how many requests wait. */
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

  /** Puts a request in its line. */
  void add(Request request) {
    Line line = lineOf(request);
    if (line.first == null) {
      line.served = Math.max(line.served, level);
    }
    line.insert(request);
    requests++;
    count(line, request, 1);
  }

  /** Takes a request out of its line, before its pending items are cleared. */
  void remove(Request request) {
    Line line = lineOf(request);
    count(line, request, -1);
    unlink(line, request);
  }

  private void unlink(Line line, Request request) {
    line.work -= request.countedWork;
    request.countedWork = 0;
    line.unlink(request);
    requests--;
  }

  private void count(Line line, Request request, int sign) {
    items += sign * request.items().pending();
    cost += sign * request.items().pendingCost();
    if (sign > 0) {
      line.recount(request);
    }
  }

  /** Items of a queued request are made. */
  void made(Request request, int[] costs) {
    Line line = lineOf(request);
    count(line, request, -1);
    request.made(costs);
    count(line, request, 1);
  }

  /** Returns the request whose turn is next; null if none has an item that could run. */
  @Nullable Request next() {
    Line line = nextLine();
    return line == null ? null : line.firstPending();
  }

  /**
   * Returns until when the flow may wait for company: what comes first must have waited so long at
   * most, and must still be able to meet its deadline, even if it takes twice as long as measured.
   */
  long gathersUntil(long maxWait) {
    long earliest = Clock.FOREVER;
    for (Line line : lines) {
      Request first = line.firstPending();
      if (first != null) {
        long waits = first.gathers ? maxWait : 0;
        if (first.hasDeadline()) {
          long run = (long) (2 * first.work() * function.nanosPerCost());
          long allowed = first.deadline() - first.arrivedAt();
          waits = Math.min(waits, Math.min(allowed - run, allowed / 2));
        }
        earliest = Math.min(earliest, first.arrivedAt() + waits);
      }
    }
    return earliest;
  }

  private @Nullable Line nextLine() {
    Line least = null;
    for (Line line : lines) {
      if ((least == null || line.served < least.served) && line.firstPending() != null) {
        least = line;
      }
    }
    return least;
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
    int looked = lookCloser(line, behind, batch, lookAhead, now);
    for (int i = 0; i < lines.length && looked > 0 && batch.hasRoom(); i++) {
      if (lines[i] != line) {
        looked = lookCloser(lines[i], lines[i].first, batch, looked, now);
      }
    }
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
    line.served += costBefore - request.items().pendingCost();
    if (request.items().nonePending() && request.items().allMade()) {
      unlink(line, request);
    } else {
      line.recount(request);
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

  /**
   * Returns a request of which nothing is pending, or nobody waits in a thread, and which is first
   * in its line and has items to be made; null if there is none.
   */
  @Nullable Request hungry() {
    for (Line line : lines) {
      Request first = line.first;
      if (first != null
          && first.items().areWanted()
          && (first.items().nonePending() || first.recipient().waitingThread() == null)) {
        return first;
      }
    }
    return null;
  }

  /** Returns the work of all requests. */
  long work() {
    long sum = 0;
    for (Line line : lines) {
      sum += line.work;
    }
    return sum;
  }

  /**
   * Returns the work of this flow until a request is done that stands, or were to stand, at its
   * place: what stands before it in its line and itself, and as much of the other lines.
   */
  long workUntil(Request request) {
    Line line = lineOf(request);
    long mine = request.queued ? 0 : request.work();
    for (Request other = line.first;
        other != null && other.due() <= request.due();
        other = other.next) {
      mine += other.countedWork;
    }
    long sum = mine;
    for (Line beside : lines) {
      sum += beside == line ? 0 : Math.min(beside.work, mine);
    }
    return sum;
  }

  /** Requests in the order of their due, linked. */
  private static final class Line {

    private @Nullable Request first;
    private @Nullable Request last;
    /** What its requests still have to run costs. */
    private long work;
    /** Cost served so far. */
    private double served;

    @Nullable Request firstPending() {
      Request request = first;
      while (request != null && request.items().nonePending()) {
        request = request.next;
      }
      return request;
    }

    void recount(Request request) {
      long now = request.work();
      work += now - request.countedWork;
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
}
