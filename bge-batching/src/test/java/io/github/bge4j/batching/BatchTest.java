package io.github.bge4j.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BatchTest {

  private final Batch context = new Batch(
      new RegisteredFunction("f", BatchLimits.packed(1, 1), item -> 1, (items, run) -> items, null),
      Lane.QUERY);
  private final AtomicInteger calls = new AtomicInteger();

  @Test
  void abandon_registered_runsTheActionOnce() {
    BatchContext.Registration registration = context.onAbandoned(calls::incrementAndGet);
    assertThat(context.isAbandoned()).isFalse();
    context.abandon();
    context.abandon();
    registration.close();
    registration.close();
    assertThat(calls).hasValue(1);
    assertThat(context.isAbandoned()).isTrue();
  }

  @Test
  void onAbandoned_alreadyAbandoned_runsAtOnce() {
    context.abandon();
    context.onAbandoned(calls::incrementAndGet);
    assertThat(calls).hasValue(1);
  }

  @Test
  void abandon_closedBefore_doesNothing() {
    BatchContext.Registration registration = context.onAbandoned(calls::incrementAndGet);
    registration.close();
    registration.close();
    context.abandon();
    assertThat(calls).hasValue(0);
  }

  @Test
  @SuppressWarnings("try") // held open, not used
  void onAbandoned_second_needsTheFirstClosed() {
    try (BatchContext.Registration first = context.onAbandoned(calls::incrementAndGet)) {
      assertThatIllegalStateException()
          .isThrownBy(() -> context.onAbandoned(calls::incrementAndGet))
          .withMessage("an action is registered already; close its registration first");
    }
    context.onAbandoned(calls::incrementAndGet);
    context.abandon();
    assertThat(calls).hasValue(1);
  }

  @Test
  void abandon_actionThrows_isSurvived() {
    context.onAbandoned(() -> {
      throw new AssertionError("test");
    });
    context.abandon();
    assertThat(context.isAbandoned()).isTrue();
  }

  @Test
  void close_actionRunning_waitsForItsEnd() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch proceed = new CountDownLatch(1);
    BatchContext.Registration registration = context.onAbandoned(() -> {
      running.countDown();
      Waits.on(proceed);
      calls.incrementAndGet();
    });
    Thread abandoning = new Thread(context::abandon);
    abandoning.start();
    assertThat(running.await(30, TimeUnit.SECONDS)).isTrue();
    AtomicInteger seen = new AtomicInteger();
    Thread closing = new Thread(() -> {
      registration.close();
      seen.set(calls.get());
    });
    closing.start();
    Waits.untilBlocked(closing);
    proceed.countDown();
    closing.join();
    abandoning.join();
    assertThat(seen).hasValue(1);
  }
}
