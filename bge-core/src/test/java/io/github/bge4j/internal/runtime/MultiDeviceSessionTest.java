package io.github.bge4j.internal.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.onnxruntime.OrtException;
import io.github.bge4j.Device;
import io.github.bge4j.DeviceException;
import io.github.bge4j.InferenceException;
import io.github.bge4j.Output;
import io.github.bge4j.batching.BatchContext;
import io.github.bge4j.internal.text.PackedBatch;
import io.github.bge4j.testing.Waits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class MultiDeviceSessionTest {

  private static final PackedBatch BATCH =
      new PackedBatch(new int[] {5}, new int[] {0, 1}, new int[] {1});

  private final List<Card> cards = new ArrayList<>();

  private MultiDeviceSession open(int count) {
    Map<Device, EncoderSession> sessions = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      Card card = new Card(i);
      cards.add(card);
      sessions.put(Device.cuda(i), card);
    }
    return new MultiDeviceSession(sessions);
  }

  /** Returns which card has run a batch for a worker of a device. */
  private static int run(MultiDeviceSession session, int device) {
    float[] dense =
        session.run(BATCH, Set.of(Output.DENSE), new OnDevice(device)).dense();
    return dense == null ? -1 : (int) dense[0];
  }

  private static InferenceException failure(String said) {
    return new InferenceException("a run failed: " + said, new OrtException(said));
  }

  private static InferenceException lost() {
    return failure("CUDA failure 700: an illegal memory access was encountered ; GPU=1 ; expr=x");
  }

  @Test
  void run_worker_runsOnItsDevice() {
    try (MultiDeviceSession session = open(3)) {
      assertThat(run(session, 0)).isZero();
      assertThat(run(session, 2)).isEqualTo(2);
      assertThat(run(session, 1)).isEqualTo(1);
      assertThat(session.run(BATCH, Set.of(Output.DENSE), null).dense()).containsExactly(0);
      assertThat(session.devices()).isEqualTo(3);
      assertThat(session.packs()).isTrue();
      assertThat(session.dimension()).isEqualTo(1);
      assertThat(session.outputs()).containsExactly(Output.DENSE);
      assertThat(session.mixesTexts()).isFalse();
    }
  }

  @Test
  void maxRunTokens_devicesDiffer_isTheLeast() {
    try (MultiDeviceSession session = open(3)) {
      cards.get(1).maxRunTokens = 512;
      assertThat(session.maxRunTokens()).isEqualTo(512);
    }
  }

  @Test
  void run_deviceLost_isRepeatedOnTheOneWithFewestWorkersAndNeverComesBack() {
    try (MultiDeviceSession session = open(4)) {
      cards.get(1).failure = lost();
      int second = run(session, 1);
      assertThat(second).isZero();
      assertThat(run(session, 1)).isZero();
      assertThat(cards.get(1).runs).hasValue(1);
      cards.get(2).failure = lost();
      // The first has the workers of two by now.
      assertThat(run(session, 2)).isEqualTo(3);
      cards.get(0).failure = lost();
      assertThat(run(session, 0)).isEqualTo(3);
      assertThat(run(session, 1)).isEqualTo(3);
      assertThat(cards.get(0).runs).hasValue(3);
    }
  }

  @Test
  void run_nextDeviceFailsAsWell_goesOnToTheThird() {
    try (MultiDeviceSession session = open(3)) {
      cards.get(0).failure = lost();
      cards.get(1).failure = lost();
      assertThat(run(session, 0)).isEqualTo(2);
      assertThat(run(session, 1)).isEqualTo(2);
    }
  }

  @Test
  void run_noDeviceLeft_saysSoEachTime() {
    try (MultiDeviceSession session = open(2)) {
      InferenceException last = lost();
      cards.get(0).failure = lost();
      cards.get(1).failure = last;
      for (int device : new int[] {0, 1, 0}) {
        DeviceException failure =
            catchThrowableOfType(DeviceException.class, () -> run(session, device));
        assertThat(failure)
            .hasMessageStartingWith(
                "a device of the model must work: cuda:0, cuda:1 failed for good,"
                    + " the last one so: a run failed: CUDA failure 700")
            .hasMessageEndingWith("; start the process anew, and see the driver's log")
            .hasCause(last);
        assertThat(failure.reason()).isEqualTo(DeviceException.Reason.LOST);
      }
      assertThat(cards).allSatisfy(card -> assertThat(card.runs).hasValue(1));
    }
  }

  @Test
  void run_otherFailure_isTheCallersAndTheDeviceGoesOn() {
    try (MultiDeviceSession session = open(2)) {
      InferenceException full = failure("Failed to allocate memory for requested buffer of size 9");
      cards.get(1).failure = full;
      assertThatExceptionOfType(InferenceException.class)
          .isThrownBy(() -> run(session, 1))
          .isSameAs(full);
      cards.get(1).failure = null;
      assertThat(run(session, 1)).isEqualTo(1);
    }
  }

  @Test
  void run_threeOnOneDevice_twoAtATime() throws Exception {
    try (MultiDeviceSession session = open(2)) {
      Card card = cards.get(1);
      card.permits = new Semaphore(0);
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        threads.add(new Thread(() -> run(session, 1)));
        threads.get(i).start();
        Waits.untilBlocked(threads.get(i));
      }
      assertThat(card.runs).hasValue(2);
      assertThat(run(session, 0)).isZero();
      card.permits.release(3);
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(card.runs).hasValue(3);
    }
  }

  @Test
  void run_bothRunsOfADeviceFail_areBothRepeated() throws Exception {
    try (MultiDeviceSession session = open(2)) {
      Card card = cards.get(1);
      card.permits = new Semaphore(0);
      card.failure = lost();
      AtomicInteger repeated = new AtomicInteger();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        threads.add(new Thread(() -> repeated.addAndGet(1 - run(session, 1))));
        threads.get(i).start();
        Waits.untilBlocked(threads.get(i));
      }
      card.permits.release(2);
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(repeated).hasValue(2);
      assertThat(card.runs).hasValue(2);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CUDA failure 46: all CUDA-capable devices are busy or unavailable ; GPU=0",
        "Error code - ORT_FAIL - message: CUDA failure 719: unspecified launch failure ; GPU=3",
        "CUDA failure 214: uncorrectable ECC error encountered ; GPU=0",
        "CUDA failure 999: unknown error",
        "CUBLAS failure 13: CUBLAS_STATUS_EXECUTION_FAILED ; GPU=0",
        "CUBLAS failure 14: CUBLAS_STATUS_INTERNAL_ERROR"
      })
  void isLost_errorThatStays_isTrueAlsoOfACause(String said) {
    assertThat(MultiDeviceSession.isLost(failure(said))).isTrue();
    assertThat(MultiDeviceSession.isLost(new InferenceException("other words", failure(said))))
        .isTrue();
    assertThat(MultiDeviceSession.isLost(new InferenceException(said))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CUDA failure 2: out of memory ; GPU=0",
        "CUDA failure 98: invalid device function",
        "CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED",
        "Available memory of 5 is smaller than requested bytes of 700",
        "Exiting due to terminate flag being set to true."
      })
  void isLost_errorOfOneRun_isFalse(String said) {
    assertThat(MultiDeviceSession.isLost(failure(said))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Failed to allocate memory for requested buffer of size 7",
        "Available memory of 5 is smaller than requested bytes of 7",
        "CUDA failure 2: out of memory ; GPU=0"
      })
  void isOutOfMemory_threeTexts_areKnownAlsoOfACause(String said) {
    assertThat(EncoderSession.isOutOfMemory(failure(said))).isTrue();
    assertThat(EncoderSession.isOutOfMemory(new InferenceException("a text", failure(said))))
        .isTrue();
    assertThat(EncoderSession.isOutOfMemory(lost())).isFalse();
  }

  @Test
  void close_oneFails_closesAllAndSaysSo() {
    MultiDeviceSession session = open(3);
    InferenceException failure = failure("something else");
    cards.get(0).closeFailure = failure;
    cards.get(1).closeFailure = lost();
    assertThatExceptionOfType(InferenceException.class)
        .isThrownBy(session::close)
        .isSameAs(failure);
    assertThat(cards).allMatch(card -> card.closed);
  }

  private record OnDevice(int device) implements BatchContext {

    @Override
    public boolean isAbandoned() {
      return false;
    }

    @Override
    public Registration onAbandoned(Runnable action) {
      return () -> {};
    }
  }

  /** Answers with its number. */
  private static final class Card implements EncoderSession {

    private final int number;
    private final AtomicInteger runs = new AtomicInteger();
    private volatile int maxRunTokens = 1_000;
    private volatile @Nullable RuntimeException failure;
    private volatile @Nullable RuntimeException closeFailure;
    private volatile Semaphore permits = new Semaphore(1_000_000);
    private volatile boolean closed;

    private Card(int number) {
      this.number = number;
    }

    @Override
    public Set<Output> outputs() {
      return Set.of(Output.DENSE);
    }

    @Override
    public int dimension() {
      return 1;
    }

    @Override
    public boolean packs() {
      return true;
    }

    @Override
    public int maxRunTokens() {
      return maxRunTokens;
    }

    @Override
    public EncoderOutput run(PackedBatch batch, Set<Output> asked, @Nullable BatchContext context) {
      runs.incrementAndGet();
      permits.acquireUninterruptibly();
      RuntimeException reason = failure;
      if (reason != null) {
        throw reason;
      }
      return new EncoderOutput(new float[] {number}, null, null, null);
    }

    @Override
    public void close() {
      closed = true;
      RuntimeException reason = closeFailure;
      if (reason != null) {
        throw reason;
      }
    }
  }
}
