package io.github.bge4j.batching;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is: shares the workers among the flows by cost, and so tells how long a request
 * will take. Not thread-safe.
 *
 * <p>Start-time fair queueing (Goyal, Vin and Cheng, 1996): each flow counts the cost it was served
 * divided by its weight, the one with the least is next, and a flow that was empty starts where the
 * others are. While flows compete, each gets its share whatever the others send, so none starves.
 *
 * <p>Ageing: a bulk request that has waited longer than the age limit for its turn is charged as a
 * query would be, which raises the bulk lane to an equal share until its backlog is younger.
 */
final class FairShare {

  private final int workers;
  private final int queryWeight;
  private final long ageLimit;
  private final List<Flow> flows = new ArrayList<>();
  private long maxWait;
  private double level;

  FairShare(int workers, int queryWeight, long ageLimit, long maxWait) {
    this.workers = workers;
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
      if (!flow.isEmpty()
          && (least == null || flow.served < least.served)
          && readyAt(flow) <= now) {
        least = flow;
      }
    }
    if (least != null) {
      level = Math.max(level, least.served);
    }
    return least;
  }

  /** Returns when a worker has something to do; {@link Request#NEVER} if not by itself. */
  long readyAt() {
    long earliest = Request.NEVER;
    for (Flow flow : flows) {
      if (!flow.isEmpty()) {
        earliest = Math.min(earliest, flow.hungry() == null ? readyAt(flow) : 0);
      }
    }
    return earliest;
  }

  private long readyAt(Flow flow) {
    if (!flow.hasPending()) {
      return Request.NEVER;
    }
    return maxWait == 0 || flow.fillsBatch() ? 0 : flow.gathersUntil(maxWait);
  }

  /** Charges a flow for a batch that its first request has waited for since then. */
  void charge(Flow flow, long cost, long waitingSince, long now) {
    boolean raised = flow.lane() == Lane.QUERY || now - waitingSince > ageLimit;
    flow.served += (double) cost / (raised ? queryWeight : 1);
  }

  /** Returns how much cost of a function all workers get done in a second; 0 before the first. */
  double costPerSecond(RegisteredFunction function) {
    double nanos = function.nanosPerCost();
    return nanos == 0 ? 0 : workers * 1e9 / nanos;
  }

  /** Returns the request of a flow whose turn is next; null if none has an item that could run. */
  @Nullable Request next(Flow flow, long now, double running) {
    return flow.next(now, work -> nanosFor(flow, work, running, null));
  }

  /** Returns how long all workers take for what is left of a request; 0 while nothing is known. */
  double nanosAlone(Request request) {
    return request.work() * request.function().nanosPerCost() / workers;
  }

  /** Returns by how much a request would be late if it had all workers; below zero if not. */
  long latenessAlone(Request request, long now) {
    double alone = request.work() * request.function().leastNanosPerCost(now) / workers;
    return request.hasDeadline() ? (long) alone - (request.deadline() - now) : -1;
  }

  /**
   * Returns by how much a request would be late at its place, or make one late that would not be
   * otherwise, as far as the measured pace tells; below zero if none.
   *
   * @return nanoseconds
   */
  long lateness(Request request, long now, double running) {
    Flow own = request.flow();
    if (own.function().nanosPerCost() == 0) {
      return -1;
    }
    long slack = own.promises()
        .leastSlack(own.function(), now, request, work -> nanosFor(own, work, running, null));
    for (Flow flow : flows) {
      if (flow != own && flow.hasPromises() && slack >= 0) {
        Promises kept = flow.promises();
        RegisteredFunction function = flow.function();
        long before =
            kept.leastSlack(function, now, null, work -> nanosFor(flow, work, running, null));
        long after =
            kept.leastSlack(function, now, null, work -> nanosFor(flow, work, running, request));
        slack = before >= 0 ? Math.min(slack, after) : slack;
      }
    }
    return -slack;
  }

  /**
   * Returns how long it takes at least until a flow has got so much of its work done: that work,
   * and beside it the work of the other flows, as far as they get their turns meanwhile.
   *
   * @param newcomer counts with what waits in another flow
   * @return nanoseconds; 0 while nothing is known
   */
  private long nanosFor(Flow flow, long work, double running, @Nullable Request newcomer) {
    double nanos = running + work * flow.function().nanosPerCost();
    for (Flow other : flows) {
      long waits = other.work();
      if (newcomer != null && newcomer.flow() == other) {
        waits += newcomer.work();
      }
      if (other != flow && waits > 0) {
        // Old bulk work weighs as much as queries, so no lane has more than the other for long.
        double share = flow.lane() == Lane.QUERY && other.lane() == Lane.BULK ? queryWeight : 1;
        nanos += Math.min((double) waits, work / share) * other.function().nanosPerCost();
      }
    }
    return (long) (nanos / workers);
  }
}
