package io.github.bge4j.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.bge4j.ClosedException;
import io.github.bge4j.testing.Waits;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NativeGuardTest {

  @Test
  void close_duringUse_waitsForItsEnd() throws Exception {
    NativeGuard guard = new NativeGuard("thing");
    CountDownLatch inUse = new CountDownLatch(1);
    CountDownLatch proceed = new CountDownLatch(1);
    AtomicInteger freed = new AtomicInteger();
    CompletableFuture<Integer> freedDuringUse =
        CompletableFuture.supplyAsync(() -> guard.use(() -> {
          inUse.countDown();
          Waits.on(proceed);
          return freed.get();
        }));
    Waits.on(inUse);
    Thread closer = new Thread(() -> guard.close(freed::incrementAndGet));
    closer.start();
    Waits.untilBlocked(closer);
    proceed.countDown();
    closer.join();
    assertThat(freedDuringUse.get()).isZero();
    assertThat(freed.get()).isEqualTo(1);
  }

  @Test
  void close_twice_freesOnce() {
    NativeGuard guard = new NativeGuard("thing");
    AtomicInteger freed = new AtomicInteger();
    guard.close(freed::incrementAndGet);
    guard.close(freed::incrementAndGet);
    assertThat(freed.get()).isEqualTo(1);
  }

  @Test
  void use_afterClose_throws() {
    NativeGuard guard = new NativeGuard("thing");
    guard.close(() -> {});
    assertThatExceptionOfType(ClosedException.class)
        .isThrownBy(() -> guard.use(() -> 1))
        .withMessage("the thing is closed; use it before close()");
  }
}
