package io.github.bge4j.qdrant;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Calls of the server, made again when they fail with what may pass. Not thread-safe. */
final class Calls {

  private static final Set<Status.Code> PASSING = EnumSet.of(
      Status.Code.UNAVAILABLE,
      Status.Code.DEADLINE_EXCEEDED,
      Status.Code.RESOURCE_EXHAUSTED,
      Status.Code.ABORTED);

  private static final Metadata.Key<String> RETRY_AFTER =
      Metadata.Key.of("retry-after", Metadata.ASCII_STRING_MARSHALLER);

  private final RetryPolicy policy;
  private final DoubleSupplier shares;
  private final Sleeper sleeper;
  private long retries;

  /**
   * Makes calls.
   *
   * @param shares random numbers from 0 to 1
   */
  Calls(RetryPolicy policy, DoubleSupplier shares, Sleeper sleeper) {
    this.policy = policy;
    this.shares = shares;
    this.sleeper = sleeper;
  }

  /** Returns how many calls were made again. */
  long retries() {
    return retries;
  }

  /** Makes a call and waits for its answer. */
  <T> T call(String what, Supplier<ListenableFuture<T>> call) {
    return start(what, call).await();
  }

  /**
   * Makes a call.
   *
   * @param what for messages: must ...
   * @return what waits for its answer; until then nothing is made again
   */
  <T> Started<T> start(String what, Supplier<ListenableFuture<T>> call) {
    return new Started<>(what, call);
  }

  private static boolean mayPass(Status status) {
    return PASSING.contains(status.getCode()) && !isTooLarge(status);
  }

  /** An answer above what the client takes: it has the code of a server without resources. */
  private static boolean isTooLarge(Status status) {
    String described = status.getDescription();
    return status.getCode() == Status.Code.RESOURCE_EXHAUSTED
        && described != null
        && described.contains("exceeds maximum size");
  }

  private static Duration retryAfter(Throwable failure) {
    Metadata trailers = Status.trailersFromThrowable(failure);
    String seconds = trailers == null ? null : trailers.get(RETRY_AFTER);
    return seconds == null || !seconds.matches("\\d{1,4}")
        ? Duration.ZERO
        : Duration.ofSeconds(Long.parseLong(seconds));
  }

  /** Waits; tests do not. */
  interface Sleeper {
    void sleep(Duration pause) throws InterruptedException;
  }

  /** A call that was made. */
  final class Started<T> {

    private final String what;
    private final Supplier<ListenableFuture<T>> call;
    private ListenableFuture<T> answer;

    private Started(String what, Supplier<ListenableFuture<T>> call) {
      this.what = what;
      this.call = call;
      this.answer = call.get();
    }

    /** Tells whether {@link #await} has something to do at once. */
    boolean isDone() {
      return answer.isDone();
    }

    void cancel() {
      answer.cancel(true);
    }

    /**
     * Returns the answer.
     *
     * @throws StoreException if the call fails for good, or the thread is interrupted (its flag is
     *     kept)
     */
    T await() {
      for (int attempts = 1; ; attempts++) {
        try {
          return answer.get();
        } catch (ExecutionException e) {
          Throwable failure = e.getCause() == null ? e : e.getCause();
          if (!mayPass(Status.fromThrowable(failure)) || attempts == policy.attempts()) {
            throw failed(failure, attempts);
          }
          pause(attempts, retryAfter(failure));
          retries++;
          answer = call.get();
        } catch (InterruptedException e) {
          throw interrupted(e);
        }
      }
    }

    private void pause(int attempts, Duration least) {
      Duration pause = policy.pause(attempts, shares.getAsDouble());
      try {
        sleeper.sleep(pause.compareTo(least) < 0 ? least : pause);
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }

    private StoreException interrupted(InterruptedException e) {
      Thread.currentThread().interrupt();
      answer.cancel(true);
      return new StoreException(what + ": the thread was interrupted; run it again", e);
    }

    private StoreException failed(Throwable failure, int attempts) {
      Status status = Status.fromThrowable(failure);
      @Nullable String described = status.getDescription();
      String remedy = "put right what the server says";
      if (isTooLarge(status)) {
        remedy =
            "ask for less at once, or open the client by QdrantUrl, which takes larger answers";
      } else if (mayPass(status)) {
        remedy = "is Qdrant's gRPC port (6334 by default) reachable, and the server up?";
      }
      return new StoreException(
          what + ": failed with " + status.getCode() + " at attempt " + attempts
              + (described == null ? "" : " (" + described + ")") + "; " + remedy,
          failure);
    }
  }
}
