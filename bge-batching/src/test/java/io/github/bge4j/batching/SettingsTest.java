package io.github.bge4j.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SettingsTest {

  private final BatchExecutorBuilder builder = BatchExecutor.builder();

  @Test
  void batchLimits_outOfRange_throws() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BatchLimits.packed(0, 1))
        .withMessage("maxItems must be at least 1: 0; 1 runs every item alone");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BatchLimits.equalLengths(1, 0))
        .withMessage("maxCost must be at least 1: 0; pass the largest cost of a batch");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new BatchLimits(1, 1, 1.5))
        .withMessage("maxPadding must be from 0 to 1: 1.5; 0 allows none");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new BatchLimits(1, 1, Double.NaN))
        .withMessage("maxPadding must be from 0 to 1: NaN; 0 allows none");
  }

  @Test
  void builder_outOfRange_throws() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.workers(0))
        .withMessage("workers must be from 1 to 2147483647: 0; leave it unset for the default");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.maxQueuedItems(4_194_305))
        .withMessage(
            "maxQueuedItems must be from 1 to 4194304: 4194305; leave it unset for the default");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.maxQueuedCost(1L << 40))
        .withMessage(
            "maxQueuedCost must be from 1 to 549755813888: 1099511627776; leave it unset for the default");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.lookAhead(0))
        .withMessage("lookAhead must be from 1 to 2147483647: 0; leave it unset for the default");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.queryWeight(0))
        .withMessage("queryWeight must be from 1 to 2147483647: 0; leave it unset for the default");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.maxWait(Duration.ofMillis(-1)))
        .withMessage("maxWait must not be negative: PT-0.001S; zero is the least");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.ageLimit(Duration.ofMillis(-1)))
        .withMessage("ageLimit must not be negative: PT-0.001S; zero is the least");
  }

  @Test
  void requestOptions_copies_keepTheRest() {
    RequestOptions options = RequestOptions.bulk()
        .withDeadline(Duration.ofSeconds(2))
        .waitingForRoom(Duration.ofSeconds(3));
    assertThat(options.lane()).isEqualTo(Lane.BULK);
    assertThat(options.deadlineNanos()).isEqualTo(2_000_000_000L);
    assertThat(options.roomNanos()).isEqualTo(3_000_000_000L);
    assertThat(options.refusedWhenFull().roomNanos()).isZero();
    assertThat(RequestOptions.bulk().roomNanos()).isEqualTo(Request.NEVER);
    assertThat(RequestOptions.query().withDeadline(Duration.ofDays(100_000_000)).deadlineNanos())
        .isEqualTo(Request.NEVER);
    assertThat(options.withDeadline(Duration.ofNanos(-1)).deadlineNanos()).isZero();
    assertThat(RequestOptions.within(Duration.ofSeconds(Long.MIN_VALUE)).deadlineNanos())
        .isZero();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options.waitingForRoom(Duration.ofNanos(-1)))
        .withMessage("atMost must not be negative: PT-0.000000001S; zero is the least");
  }

  @Test
  void build_devices_mustGetEqualPartsOfTheWorkersAndNoCallers() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.devices(0))
        .withMessage("devices must be from 1 to 2147483647: 0; leave it unset for the default");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.itemMakers(-1))
        .withMessage("itemMakers must be at least 0: -1; leave it unset for none");
    assertThatIllegalStateException()
        .isThrownBy(() -> builder.workers(3).devices(2).build())
        .withMessage(
            "workers must be a multiple of the devices: 3 among 2; give each device as" + " many");
    assertThatIllegalStateException()
        .isThrownBy(() -> builder.workers(4).devices(2).callersRun(true).build())
        .withMessage("callers must not run their requests with several devices: 2; they belong to"
            + " none, leave callersRun unset");
  }

  @Test
  void build_callersRun_isTheDefaultForOneDevice() {
    try (BatchExecutor one = BatchExecutor.builder().workers(1).build();
        BatchExecutor two = BatchExecutor.builder().workers(2).devices(2).build();
        BatchExecutor told =
            BatchExecutor.builder().workers(1).callersRun(false).build()) {
      assertThat(one.callersRun()).isTrue();
      assertThat(two.callersRun()).isFalse();
      assertThat(two.devices()).isEqualTo(2);
      assertThat(told.callersRun()).isFalse();
    }
  }

  @Test
  void build_threadCannotStart_endsThoseThatHave() {
    List<Thread> threads = new ArrayList<>();
    assertThatIllegalStateException()
        .isThrownBy(() -> builder
            .workers(3)
            .threadFactory(task -> {
              if (threads.size() == 2) {
                throw new IllegalStateException("no more threads");
              }
              threads.add(new Thread(task));
              return threads.get(threads.size() - 1);
            })
            .build())
        .withMessage("no more threads");
    assertThat(threads).hasSize(2).noneMatch(Thread::isAlive);
  }

  @Test
  void ticker_manual_decidesAboutDeadlines() {
    long[] time = {1_000_000};
    try (BatchExecutor executor =
        builder.ticker(() -> time[0]++).completionExecutor(Runnable::run).build()) {
      BatchQueue<Integer, Long> queue =
          executor.register("q", BatchLimits.packed(1, 1), item -> 1, (items, context) -> {
            time[0] += 1_000_000_000;
            return List.of(1L);
          });
      assertThat(org.assertj.core.api.Assertions.catchThrowable(
              () -> queue.invoke(1, RequestOptions.query().withDeadline(Duration.ofMillis(999)))))
          .isInstanceOf(DeadlineExceededException.class);
    }
  }

  @Test
  void maxCost_outOfMemory_halvesAndRecoversSlowly() {
    RegisteredFunction function = new RegisteredFunction(
        "f", BatchLimits.packed(1, 25_600), item -> 1, (items, context) -> items, null);
    function.ranOutOfMemory(12_000);
    assertThat(function.maxCost()).isEqualTo(6_000);
    function.ranOutOfMemory(50_000);
    assertThat(function.maxCost()).isEqualTo(3_000);
    function.ran(1, 1, 0);
    assertThat(function.maxCost()).isEqualTo(3_100);
    for (int i = 0; i < 225; i++) {
      function.ran(1, 1, 0);
    }
    assertThat(function.maxCost()).isEqualTo(25_600);
    for (int i = 0; i < 60; i++) {
      function.ranOutOfMemory(function.maxCost());
    }
    assertThat(function.maxCost()).isEqualTo(1);
  }
}
