package io.github.bge4j.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SchedulerTest {

  private final Requests requests = new Requests();
  private final RegisteredFunction function = requests.function("f", BatchLimits.packed(4, 1_000));

  @Test
  void next_twoLanes_sharesTheCostByWeight() {
    for (int i = 0; i < 4_000; i++) {
      requests.add(function, Lane.QUERY, 10);
      requests.add(function, Lane.BULK, 20);
    }
    int queries = 0;
    int bulk = 0;
    for (int i = 0; i < 900; i++) {
      for (Object length : requests.runNext()) {
        queries += length.equals(10) ? 10 : 0;
        bulk += length.equals(20) ? 20 : 0;
      }
    }
    assertThat((double) queries / bulk).isBetween(3.9, 4.1);
  }

  @Test
  void next_agedBulk_weighsAsMuchAsQueries() {
    Requests ageing = new Requests(100, 4, 1_000, 0);
    RegisteredFunction aged = ageing.function("f", BatchLimits.packed(4, 1_000));
    for (int i = 0; i < 400; i++) {
      ageing.add(aged, Lane.BULK, 20);
    }
    ageing.now = 1_001;
    for (int i = 0; i < 400; i++) {
      ageing.add(aged, Lane.QUERY, 10);
    }
    int queries = 0;
    int bulk = 0;
    for (int i = 0; i < 60; i++) {
      for (Object length : ageing.runNext()) {
        queries += length.equals(10) ? 10 : 0;
        bulk += length.equals(20) ? 20 : 0;
      }
    }
    assertThat((double) queries / bulk).isBetween(0.9, 1.1);
  }

  @Test
  void next_twoFunctions_neverMixesAndSharesAlike() {
    RegisteredFunction other = requests.function("other", BatchLimits.packed(4, 1_000));
    for (int i = 0; i < 100; i++) {
      requests.add(function, Lane.QUERY, 10);
    }
    requests.add(other, Lane.QUERY, 11);
    assertThat(requests.runNext()).containsExactly(10, 10, 10, 10);
    assertThat(requests.runNext()).containsExactly(11);
  }

  @Test
  void next_laneThatWasEmpty_getsNoCreditForIt() {
    for (int i = 0; i < 400; i++) {
      requests.add(function, Lane.QUERY, 10);
    }
    for (int i = 0; i < 50; i++) {
      requests.runNext();
    }
    for (int i = 0; i < 100; i++) {
      requests.add(function, Lane.BULK, 10);
    }
    List<Object> served = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      served.add(Objects.requireNonNull(requests.scheduler.next(0)).lane());
    }
    assertThat(served).filteredOn(Lane.BULK::equals).hasSize(2);
  }

  @Test
  void next_gathering_waitsForAFullBatchOrTheMaximumWait() {
    Requests gathering = new Requests(100, 4, Request.NEVER, 500);
    RegisteredFunction gathered = gathering.function("f", BatchLimits.packed(3, 1_000));
    gathering.now = 100;
    gathering.add(gathered, Lane.QUERY, 1);
    gathering.now = 400;
    gathering.add(gathered, Lane.QUERY, 2);
    assertThat(gathering.runNext()).isEmpty();
    assertThat(gathering.scheduler.readyAt()).isEqualTo(600);
    gathering.now = 600;
    assertThat(gathering.runNext()).containsExactly(1, 2);
    gathering.add(gathered, Lane.QUERY, 1);
    gathering.add(gathered, Lane.QUERY, 1);
    assertThat(gathering.runNext()).isEmpty();
    gathering.add(gathered, Lane.QUERY, 1);
    assertThat(gathering.runNext()).containsExactly(1, 1, 1);
    gathering.add(gathered, Lane.QUERY, 1_000);
    assertThat(gathering.runNext()).as("enough cost").containsExactly(1_000);
  }

  @Test
  void next_gathering_doesNotHoldBackWhatFoundAnIdleWorker() {
    Requests gathering = new Requests(100, 4, Request.NEVER, 500);
    RegisteredFunction gathered = gathering.function("f", BatchLimits.packed(3, 1_000));
    Request lone = gathering.request(gathered, Lane.QUERY, Request.NEVER, 1);
    gathering.scheduler.add(lone, true);
    assertThat(gathering.runNext()).containsExactly(1);
    gathering.add(gathered, Lane.QUERY, 2);
    assertThat(gathering.runNext()).isEmpty();
    gathering.scheduler.stopGathering();
    assertThat(gathering.runNext()).containsExactly(2);
  }

  @Test
  void succeeded_splitRequest_givesResultsInItsOwnOrder() {
    Request request = requests.add(function, Lane.BULK, 3, 9, 1, 7, 5, 8, 2);
    assertThat(requests.runNext()).containsExactly(9, 8, 7, 5);
    assertThat(requests.delivered()).isEmpty();
    assertThat(requests.runNext()).containsExactly(3, 2, 1);
    assertThat(requests.delivered()).containsExactly(request);
    assertThat(Requests.outcomes(request)).containsExactly(List.of(3, 9, 1, 7, 5, 8, 2));
  }

  @Test
  void next_deadlinePassed_expiresInsteadOfRunning() {
    Request request = requests.request(function, Lane.QUERY, 50, 5);
    requests.scheduler.add(request, false);
    Request later = requests.add(function, Lane.QUERY, 6);
    requests.now = 50;
    assertThat(requests.runNext()).containsExactly(6);
    assertThat(requests.delivered()).containsExactly(request, later);
    assertThat(Requests.outcomes(request).get(0))
        .isInstanceOf(DeadlineExceededException.class)
        .extracting(failure -> ((Throwable) failure).getMessage())
        .isEqualTo(
            "the request of 1 item to 'f' was not done by its deadline, 0 ms after submission; send"
                + " less or allow more time");
  }

  @Test
  void next_deadlineOfOneBehindPassed_leavesItOutOfTheBatch() {
    requests.add(function, Lane.QUERY, 6);
    requests.scheduler.add(requests.request(function, Lane.QUERY, 50, 5), false);
    requests.now = 50;
    assertThat(requests.runNext()).containsExactly(6);
    assertThat(requests.runNext()).isEmpty();
    assertThat(requests.scheduler.isEmpty()).isTrue();
  }

  @Test
  void succeeded_afterTheDeadline_doesNotDeliverTheResult() {
    Request request = requests.request(function, Lane.QUERY, 50, 5);
    requests.scheduler.add(request, false);
    Batch batch = Objects.requireNonNull(requests.scheduler.next(0));
    requests.now = 60;
    requests.succeed(batch);
    requests.delivered();
    assertThat(Requests.outcomes(request)).hasOnlyElementsOfType(DeadlineExceededException.class);
  }

  @Test
  void expire_sweep_findsWhatWaitsBehind() {
    requests.add(function, Lane.QUERY, 6);
    Request behind = requests.request(function, Lane.QUERY, 50, 5);
    requests.scheduler.add(behind, false);
    requests.scheduler.expire(49);
    assertThat(requests.delivered()).isEmpty();
    requests.scheduler.expire(50);
    assertThat(requests.delivered()).containsExactly(behind);
  }

  @Test
  void abandon_queued_takesItOutAndNeverDelivers() {
    Request request = requests.add(function, Lane.QUERY, 5, 6);
    assertThat(requests.scheduler.underway().abandon(request)).isTrue();
    assertThat(requests.scheduler.underway().abandon(request)).isFalse();
    assertThat(requests.scheduler.isEmpty()).isTrue();
    assertThat(requests.delivered()).isEmpty();
  }

  @Test
  void abandon_running_tellsTheRunOnceEverybodyHasGone() {
    Request one = requests.add(function, Lane.QUERY, 5);
    Request two = requests.add(function, Lane.QUERY, 6);
    Batch batch = Objects.requireNonNull(requests.scheduler.next(0));
    requests.scheduler.underway().abandon(one);
    assertThat(requests.scheduler.underway().takeOutbox().abandoned()).isEmpty();
    requests.scheduler.underway().abandon(two);
    assertThat(requests.scheduler.underway().takeOutbox().abandoned()).containsExactly(batch);
    requests.succeed(batch);
    assertThat(requests.delivered()).isEmpty();
  }

  @Test
  void fail_oneRequest_dropsWhatIsLeftOfItAndNothingElse() {
    Request bad = requests.add(function, Lane.BULK, 9, 8, 7, 6, 5);
    Request good = requests.add(function, Lane.BULK, 4);
    Batch batch = Objects.requireNonNull(requests.scheduler.next(0));
    requests.scheduler.underway().end(batch);
    IllegalStateException cause = new IllegalStateException("poison");
    requests.scheduler.underway().fail(batch.part(1, 2), true, cause);
    assertThat(requests.scheduler.underway().again(batch, 0)).isNull();
    assertThat(requests.runNext()).containsExactly(4);
    assertThat(requests.delivered()).containsExactly(bad, good);
    BatchFailedException failure = (BatchFailedException) Requests.outcomes(bad).get(0);
    assertThat(failure).hasMessage("the batch function of 'f' failed on item 1").hasCause(cause);
    assertThat(failure.itemIndex()).isEqualTo(1);
  }

  @Test
  void failWaiting_close_failsEverythingThatWaits() {
    Request running = requests.add(function, Lane.QUERY, 5);
    Batch batch = Objects.requireNonNull(requests.scheduler.next(0));
    Request waiting = requests.add(function, Lane.BULK, 5);
    requests.scheduler.failWaiting();
    requests.succeed(batch);
    requests.delivered();
    assertThat(Requests.outcomes(waiting)).hasOnlyElementsOfType(ExecutorClosedException.class);
    assertThat(Requests.outcomes(running)).isEqualTo(Arrays.asList(List.of(5)));
  }

  @Test
  void costPerSecond_runs_isTheWeightedMean() {
    assertThat(requests.scheduler.costPerSecond(function)).isZero();
    requests.add(function, Lane.QUERY, 500);
    Batch batch = Objects.requireNonNull(requests.scheduler.next(0));
    batch.request(0).keep(0, 500);
    requests.scheduler.underway().succeeded(batch, 0, 1_000_000);
    assertThat(requests.scheduler.costPerSecond(function)).isEqualTo(500_000);
  }
}
