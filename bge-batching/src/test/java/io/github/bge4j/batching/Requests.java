package io.github.bge4j.batching;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A scheduler without threads, and requests whose items are their own lengths. */
final class Requests {

  private static final QueueBudget BUDGET = new QueueBudget(1_000_000, 1_000_000_000);

  final Scheduler scheduler;
  long now;

  Requests(int lookAhead, int queryWeight, long ageLimit, long maxWait) {
    scheduler = new Scheduler(lookAhead, new FairShare(1, queryWeight, ageLimit, maxWait));
  }

  /** As many workers as that, otherwise as usual. */
  Requests(int workers) {
    scheduler = new Scheduler(128, new FairShare(workers, 4, 1_000_000_000, 0));
  }

  /** No ageing, no gathering, wide look-ahead. */
  Requests() {
    this(100, 4, Request.NEVER, 0);
  }

  RegisteredFunction function(String name, BatchLimits limits) {
    RegisteredFunction function = new RegisteredFunction(
        name, limits, item -> (Integer) item, (items, context) -> items, null);
    scheduler.register(function);
    return function;
  }

  /** Makes a request that waits nowhere yet. */
  Request request(RegisteredFunction function, Lane lane, long allowed, int... lengths) {
    Object[] items = Arrays.stream(lengths).boxed().toArray();
    return request(function, lane, allowed, new RequestItems(function, items));
  }

  /** Makes a request of these items, the first of which are made. */
  Request request(RegisteredFunction function, Lane lane, long allowed, RequestItems items) {
    RequestOptions options = (lane == Lane.QUERY ? RequestOptions.query() : RequestOptions.bulk())
        .withDeadline(Duration.ofNanos(allowed));
    Request request = new Request(function, items, BUDGET, options, now, new Kept());
    request.made(items.make());
    return request;
  }

  /** Queues a request without a deadline, as if all workers were busy. */
  Request add(RegisteredFunction function, Lane lane, int... lengths) {
    Request request = request(function, lane, Request.NEVER, lengths);
    scheduler.add(request, false);
    return request;
  }

  /** Returns the lengths in the next batch, which then has run; empty if there is none. */
  List<Object> runNext() {
    Batch batch = scheduler.next(now);
    if (batch == null) {
      return List.of();
    }
    List<Object> items = batch.items();
    succeed(batch);
    return items;
  }

  void succeed(Batch batch) {
    for (int i = 0; i < batch.size(); i++) {
      batch.request(i).keep(batch.index(i), batch.items().get(i));
    }
    scheduler.underway().succeeded(batch, now, 1);
  }

  /** Delivers what was resolved since the last call. */
  List<Request> delivered() {
    List<Request> resolved = scheduler.underway().takeOutbox().resolved();
    resolved.forEach(Request::run);
    return resolved;
  }

  /** Returns the outcomes of a request, results or failure. */
  static List<Object> outcomes(Request request) {
    return ((Kept) request.recipient()).outcomes;
  }

  static final class Kept implements Recipient {

    private final List<Object> outcomes = new ArrayList<>();

    @Override
    public void succeed(Object[] results) {
      outcomes.add(Arrays.asList(results));
    }

    @Override
    public void fail(RuntimeException failure) {
      outcomes.add(failure);
    }

    @Override
    public Thread waitingThread() {
      return Thread.currentThread();
    }
  }
}
