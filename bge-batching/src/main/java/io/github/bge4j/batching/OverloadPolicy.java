package io.github.bge4j.batching;

import java.time.Duration;

/** What happens to a request that finds the queue of its lane full. Immutable. */
public final class OverloadPolicy {

  private static final OverloadPolicy REJECT = new OverloadPolicy(0, false);
  private static final OverloadPolicy RUN_IN_CALLER = new OverloadPolicy(0, true);

  private final long maxWaitNanos;
  private final boolean runsInCaller;

  private OverloadPolicy(long maxWaitNanos, boolean runsInCaller) {
    this.maxWaitNanos = maxWaitNanos;
    this.runsInCaller = runsInCaller;
  }

  /**
   * The request fails at once with a {@link QueueFullException}.
   *
   * @return the default policy
   */
  public static OverloadPolicy reject() {
    return REJECT;
  }

  /**
   * The calling thread waits, first come first served, until the queue has room. Requests that come
   * while others wait do not overtake them.
   *
   * @param atMost longest time; afterwards the request fails with a {@link QueueFullException}
   * @return a policy that blocks the caller, also of {@link BatchQueue#submit(Object,
   *     RequestOptions)}
   * @throws IllegalArgumentException if the time is negative
   */
  public static OverloadPolicy waitUpTo(Duration atMost) {
    return new OverloadPolicy(Durations.nanos("atMost", atMost), false);
  }

  /**
   * The calling thread runs its own request, batch by batch, without queueing it. It waits its turn
   * for each batch: callers and the queue take turns, and never more batches run than the executor
   * has workers.
   *
   * @return a policy that blocks the caller until its request is done, also of
   *     {@link BatchQueue#submit(Object, RequestOptions)}
   */
  public static OverloadPolicy runInCaller() {
    return RUN_IN_CALLER;
  }

  long maxWaitNanos() {
    return maxWaitNanos;
  }

  boolean runsInCaller() {
    return runsInCaller;
  }
}
