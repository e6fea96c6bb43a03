package io.github.bge4j.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A simulated minute at five times capacity, on a manual clock. */
class OverloadTest {

  private static final long MILLI = 1_000_000;
  private static final long BATCH_NANOS = 2 * MILLI;
  private static final int BATCH_ITEMS = 16;
  private static final long DEADLINE = 100 * MILLI;
  private static final int QUEUE = 400;

  @Test
  void admission_fiveTimesCapacity_keepsAcceptedRequestsWithinTheirDeadlines() {
    Requests requests = new Requests();
    RegisteredFunction function =
        requests.function("f", BatchLimits.packed(BATCH_ITEMS, 1_000_000));
    // At most as much as is served within half of the deadline.
    QueueBudget budget = new QueueBudget(QUEUE, 1_000_000);
    Random random = new Random(7);
    long offered = 0;
    long accepted = 0;
    long served = 0;
    int late = 0;
    while (requests.now < 60_000 * MILLI) {
      for (int i = 0; i < 5 * BATCH_ITEMS; i++) {
        int length = 1 + random.nextInt(500);
        Request request = new Request(
            function,
            new RequestItems(function, new Object[] {length}),
            budget,
            RequestOptions.query().withDeadline(Duration.ofNanos(DEADLINE)),
            requests.now,
            new CallingThread());
        request.made(request.items().make());
        offered++;
        if (budget.tryTake(request.charge())) {
          request.admitted(request.charge());
          requests.scheduler.add(request, false);
          accepted++;
        }
      }
      assertThat(QueueBudget.items(budget.used())).isLessThanOrEqualTo(QUEUE);
      requests.now += BATCH_NANOS;
      requests.runNext();
      for (Request request : requests.delivered()) {
        served += request.failure() == null ? 1 : 0;
        late += request.failure() == null ? 0 : 1;
      }
    }
    assertThat(late).isZero();
    assertThat(offered).isGreaterThan(4 * accepted);
    assertThat(served).isEqualTo(accepted - QueueBudget.items(budget.used()));
    assertThat(served).as("full batches all the time").isEqualTo(30_000L * BATCH_ITEMS);
  }

  @Test
  void deadlines_queueLongerThanTheDeadline_neverRunExpiredWork() {
    Requests requests = new Requests();
    RegisteredFunction function =
        requests.function("f", BatchLimits.packed(BATCH_ITEMS, 1_000_000));
    int ran = 0;
    int expired = 0;
    for (int tick = 0; tick < 1_000; tick++) {
      for (int i = 0; i < 5 * BATCH_ITEMS; i++) {
        requests.scheduler.add(requests.request(function, Lane.QUERY, 10 * MILLI, 1), false);
      }
      Batch batch = requests.scheduler.next(requests.now);
      if (batch != null) {
        assertThat(batch.oldest()).isGreaterThan(requests.now - 10 * MILLI);
        ran += batch.size();
        requests.succeed(batch);
      }
      requests.now += BATCH_NANOS;
      requests.scheduler.expire(requests.now);
      List<Request> resolved = requests.delivered();
      expired +=
          (int) resolved.stream().filter(request -> request.failure() != null).count();
    }
    assertThat(ran).isEqualTo(1_000 * BATCH_ITEMS);
    assertThat(expired).isGreaterThan(3 * ran);
  }
}
