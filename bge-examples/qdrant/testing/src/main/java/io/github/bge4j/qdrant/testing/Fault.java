package io.github.bge4j.qdrant.testing;

import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong with one call.
 *
 * @param done how many of the points of an upsert are taken before it goes wrong; all of any other
 *     call are done or none
 * @param status what is answered; null for no answer at all
 * @param delayMillis after how long
 */
public record Fault(int done, @Nullable Status status, long delayMillis) {

  /** Refuses the call. */
  public static Fault of(Status.Code code) {
    return new Fault(0, code.toStatus().withDescription("injected"), 0);
  }

  /** Takes some of the points, and fails. */
  public static Fault partial(int points, Status.Code code) {
    return new Fault(points, code.toStatus().withDescription("injected"), 0);
  }

  /** Does all and never answers. */
  public static Fault lostAnswer() {
    return new Fault(Integer.MAX_VALUE, null, 0);
  }

  /** Does all and answers late. */
  public static Fault slow(long delayMillis) {
    return new Fault(Integer.MAX_VALUE, Status.OK, delayMillis);
  }
}
