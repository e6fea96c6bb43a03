package io.github.bge4j.internal.hub;

import static io.github.bge4j.internal.hub.HubFixture.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.DownloadListener;
import io.github.bge4j.HubException;
import io.github.bge4j.testing.hub.Fault;
import io.github.bge4j.testing.hub.Gate;
import io.github.bge4j.testing.hub.On;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A caller that is interrupted gets an exception, keeps its flag, and leaves nothing behind. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class InterruptedDownloadTest extends HubTest {

  private final Gate gate = new Gate();
  private final CountDownLatch waiting = new CountDownLatch(1);

  @BeforeEach
  void holdTheWeights() {
    on.hub.faults(On.storage("pytorch_model.bin"), Fault.waitAfter(1_000, gate));
  }

  @AfterEach
  void openTheGate() {
    gate.open();
  }

  /** A thread that finds the model, and how it ended. */
  private final class Caller extends Thread {

    final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
    volatile boolean flag;

    @Override
    public void run() {
      DownloadListener listener = new DownloadListener() {
        @Override
        public void waiting(String model) {
          waiting.countDown();
        }
      };
      try {
        HubHttp.Timeouts timeouts = new HubHttp.Timeouts(2_000, 2_000);
        new HubModels(
                on.settings(),
                () -> new ModelDownload(
                    on.settings(), listener, Linker.BEST, Thread::sleep, timeouts))
            .find(MODEL);
      } catch (RuntimeException e) {
        failure.set(e);
      }
      flag = Thread.currentThread().isInterrupted();
    }

    void assertInterrupted(String message) throws InterruptedException {
      interrupt();
      join();
      assertThat(failure.get()).isInstanceOf(HubException.class).hasMessageContaining(message);
      assertThat(flag).isTrue();
    }
  }

  @Test
  void whileDownloading() throws Exception {
    Caller caller = new Caller();
    caller.start();
    gate.awaitArrival();

    caller.assertInterrupted("the download was interrupted; what is there is kept");

    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().equals("bge-download")) {
        // It has left its pool, but may not quite have ended.
        thread.join(10_000);
        assertThat(thread.isAlive()).isFalse();
      }
    }
    assertLockIsFree();
  }

  @Test
  void whileAnotherThreadHasTheLock() throws Exception {
    Caller holder = new Caller();
    holder.start();
    gate.awaitArrival();
    Caller caller = new Caller();
    caller.start();
    waiting.await();

    caller.assertInterrupted("waiting for another download of the model was interrupted");

    gate.open();
    holder.join();
    assertThat(holder.failure.get()).isNull();
    assertLockIsFree();
  }

  @Test
  void whileAnotherProcessHasTheLock() throws Exception {
    try (PullProcess holder = PullProcess.start(on.hub.endpoint(), cache)) {
      gate.awaitArrival();
      Caller caller = new Caller();
      caller.start();
      waiting.await();

      caller.assertInterrupted("waiting for another download of the model was interrupted");

      gate.open();
      assertThat(holder.folder().resolve("pytorch_model.bin")).hasBinaryContent(on.weights);
    }
    assertLockIsFree();
  }

  private void assertLockIsFree() throws IOException {
    RepoLock.acquire(on.cached().lock(), millis -> {}, () -> {
          throw new AssertionError("the lock is held");
        })
        .close();
    assertThat(on.client().find(MODEL).resolve("pytorch_model.bin")).hasBinaryContent(on.weights);
  }
}
