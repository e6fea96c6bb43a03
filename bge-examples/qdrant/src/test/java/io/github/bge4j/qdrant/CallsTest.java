package io.github.bge4j.qdrant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.SettableFuture;
import io.github.bge4j.InvalidOptionException;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class CallsTest {

  private final List<Duration> pauses = new ArrayList<>();
  private double share = 1;
  private int made;

  private Calls calls(int attempts) {
    RetryPolicy policy = new RetryPolicy(attempts, Duration.ofMillis(100), Duration.ofMillis(350));
    return new Calls(policy, () -> share, pauses::add);
  }

  private ListenableFuture<String> failing(int times, Throwable failure) {
    return made++ < times ? Futures.immediateFailedFuture(failure) : Futures.immediateFuture("ok");
  }

  @ParameterizedTest
  @EnumSource(names = {"UNAVAILABLE", "DEADLINE_EXCEEDED", "RESOURCE_EXHAUSTED", "ABORTED"})
  void call_whatMayPass_isMadeAgainAfterLongerAndLongerPauses(Status.Code code) {
    Calls calls = calls(5);
    assertThat(calls.call("x", () -> failing(4, code.toStatus().asRuntimeException())))
        .isEqualTo("ok");
    assertThat(pauses).extracting(Duration::toMillis).containsExactly(100L, 200L, 350L, 350L);
    assertThat(calls.retries()).isEqualTo(4);
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"OK", "UNAVAILABLE", "DEADLINE_EXCEEDED", "RESOURCE_EXHAUSTED", "ABORTED"})
  void call_whatStays_failsAtOnce(Status.Code code) {
    Status status = code.toStatus().withDescription("said so");
    assertThatThrownBy(() ->
            calls(5).call("c must do", () -> failing(9, status.asRuntimeException())))
        .isInstanceOf(StoreException.class)
        .hasMessage("c must do: failed with " + code
            + " at attempt 1 (said so); put right what the server says");
    assertThat(made).isEqualTo(1);
    assertThat(pauses).isEmpty();
  }

  @Test
  void call_answerTooLargeForTheClient_failsAtOnceAndSaysWhatToDo() {
    Status status = Status.RESOURCE_EXHAUSTED.withDescription(
        "gRPC message exceeds maximum size 4194304: 5000000");
    assertThatThrownBy(() -> calls(5).call("c", () -> failing(9, status.asRuntimeException())))
        .isInstanceOf(StoreException.class)
        .hasMessage("c: failed with RESOURCE_EXHAUSTED at attempt 1 (gRPC message exceeds maximum"
            + " size 4194304: 5000000); ask for less at once, or open the client by QdrantUrl,"
            + " which takes larger answers");
    assertThat(made).isEqualTo(1);
  }

  @Test
  void call_everyAttemptFails_saysHowMany() {
    assertThatThrownBy(() ->
            calls(3).call("c", () -> failing(9, Status.UNAVAILABLE.asRuntimeException())))
        .isInstanceOf(StoreException.class)
        .hasMessageStartingWith("c: failed with UNAVAILABLE at attempt 3; is Qdrant's gRPC port");
    assertThat(pauses).hasSize(2);
  }

  @Test
  void call_leastShare_waitsHalf() {
    share = 0;
    calls(2).call("x", () -> failing(1, Status.ABORTED.asRuntimeException()));
    assertThat(pauses).containsExactly(Duration.ofMillis(50));
  }

  @Test
  void call_serverSaysWhen_waitsAsLong() {
    Metadata trailers = new Metadata();
    trailers.put(Metadata.Key.of("retry-after", Metadata.ASCII_STRING_MARSHALLER), "7");
    calls(2).call("x", () -> failing(1, Status.RESOURCE_EXHAUSTED.asRuntimeException(trailers)));
    assertThat(pauses).containsExactly(Duration.ofSeconds(7));
  }

  @Test
  void call_interrupted_keepsTheFlagAndCancels() {
    SettableFuture<String> never = SettableFuture.create();
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> calls(3).call("c", () -> never))
        .isInstanceOf(StoreException.class)
        .hasMessage("c: the thread was interrupted; run it again");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(never).isCancelled();
  }

  @Test
  void policy_outOfBounds_isRefused() {
    Duration second = Duration.ofSeconds(1);
    assertThatThrownBy(() -> new RetryPolicy(0, second, second))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage("attempts must be at least 1: 0; 1 makes a call once");
    assertThatThrownBy(() -> new RetryPolicy(1, second, Duration.ofMillis(999)))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageStartingWith("pauses must be above 0");
  }
}
