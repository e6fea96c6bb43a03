package io.github.bge4j.batching;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is: shares the workers among the flows by cost. Not thread-safe.
 *
 * <p>Start-time fair queueing (Goyal, Vin and Cheng, 1996): each flow counts the cost it was served
 * divided by its weight, the one with the least is next, and a flow that was empty starts where the
 * others are. While flows compete, each gets its share whatever the others send, so none starves.
 *
 * <p>Ageing: a bulk request that has waited longer than the age limit for its turn is charged as a
 * query would be, which raises the bulk lane to an equal share until its backlog is younger.
 */
final class FairShare {

  private final int queryWeight;
  private final long ageLimit;
  private final List<Flow> flows = new ArrayList<>();
  private long maxWait;
  private double level;

  FairShare(int queryWeight, long ageLimit, long maxWait) {
    this.queryWeight = queryWeight;
    this.ageLimit = ageLimit;
    this.maxWait = maxWait;
  }

  void add(Flow flow) {
    flows.add(flow);
  }

  void remove(Flow flow) {
    flows.remove(flow);
  }

  List<Flow> flows() {
    return flows;
  }

  boolean isEmpty() {
    for (Flow flow : flows) {
      if (!flow.isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** From now on nothing is held back. */
  void stopGathering() {
    maxWait = 0;
  }

  /** A flow that was empty gets its first request. */
  void starts(Flow flow) {
    flow.served = Math.max(flow.served, level);
  }

  /** Returns the flow whose turn it is; null if none has work that may run now. */
  @Nullable Flow next(long now) {
    Flow least = null;
    for (Flow flow : flows) {
      if ((least == null || flow.served < least.served) && readyAt(flow) <= now) {
        least = flow;
      }
    }
    if (least != null) {
      level = Math.max(level, least.served);
    }
    return least;
  }

  /** Returns when the next flow may run; {@link Durations#FOREVER} if all are empty. */
  long readyAt() {
    long earliest = Durations.FOREVER;
    for (Flow flow : flows) {
      earliest = Math.min(earliest, readyAt(flow));
    }
    return earliest;
  }

  private long readyAt(Flow flow) {
    Request first = flow.first();
    if (first == null) {
      return Durations.FOREVER;
    }
    boolean atOnce = maxWait == 0
        || !first.gathers
        || flow.fillsBatch(flow.function().memory().current());
    return atOnce ? 0 : first.arrivedAt() + maxWait;
  }

  /** Charges a flow for a batch that its first request has waited for since then. */
  void charge(Flow flow, long cost, long waitingSince, long now) {
    boolean raised = flow.lane() == Lane.QUERY || now - waitingSince > ageLimit;
    flow.served += (double) cost / (raised ? queryWeight : 1);
  }
}
