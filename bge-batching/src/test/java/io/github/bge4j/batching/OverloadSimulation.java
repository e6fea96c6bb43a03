package io.github.bge4j.batching;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * A device under calls of many sizes, on a manual clock: the scheduler and the budget as they are,
 * without threads.
 *
 * <p>Calls have 1 to 2,000 items, as many calls in each decade, of 20 to 400 tokens. Two workers
 * take a quarter of a millisecond for a token, give or take a tenth: bge-small on two cores.
 */
final class OverloadSimulation {

  static final long MILLI = 1_000_000;
  static final int WORKERS = 2;
  /** Items of a small call at most. */
  private static final int SMALL = 8;

  private static final int NANOS_PER_COST = 250_000;
  private static final long END = 6_000_000 * MILLI;

  /** How calls come. */
  enum Arrivals {
    POISSON,
    BURSTS
  }

  private record Event(long at, Runnable action) {}

  private final Requests requests;
  private final RegisteredFunction function;
  private final QueueBudget budget;
  private final Random random;
  private final Arrivals arrivals;
  private final double load;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at));
  private int idle = WORKERS;
  private long offered;
  private long answered;
  private long ran;

  private long smallWork;
  private int taken;
  private int refused;
  private int expired;
  /** Of the small calls without a deadline: how long each may take. */
  private final Map<Request, Long> smallBounds = new HashMap<>();

  private final Map<Request, Long> smallCosts = new HashMap<>();
  /** How long they took, as a share of that. */
  private final List<Double> smallWaits = new ArrayList<>();

  OverloadSimulation(long seed, Arrivals arrivals, double load) {
    this.random = new Random(seed);
    this.arrivals = arrivals;
    this.load = load;
    this.requests = new Requests(WORKERS);
    this.function = requests.function("f", BatchLimits.equalLengths(64, 128));
    this.budget = new QueueBudget(20_480, 10_485_760);
  }

  void run() {
    events.add(new Event(0, this::arrive));
    for (Event next = events.poll(); next != null && next.at() < END; next = events.poll()) {
      requests.now = next.at();
      next.action().run();
      deliver();
      startWorkers();
    }
  }

  private void arrive() {
    int count = arrivals == Arrivals.BURSTS ? 1 + random.nextInt(20) : 1;
    long sum = 0;
    for (int i = 0; i < count; i++) {
      sum += submit();
    }
    offered += sum;
    double rate = load * WORKERS / NANOS_PER_COST;
    // The next come when the device at this load had done these: on average, so Poisson.
    double gap = arrivals == Arrivals.BURSTS
        ? sum / rate
        : MEAN_COST / rate * -Math.log(1 - random.nextDouble());
    events.add(new Event(requests.now + (long) gap, this::arrive));
  }

  private static final double MEAN_COST = meanCost();

  private static int size(Random random) {
    // As many calls of 1 as of 2,000 in a decade: log-uniform.
    return (int) Math.round(Math.exp(random.nextDouble() * Math.log(2_000)));
  }

  private static double meanCost() {
    Random random = new Random(1);
    double sum = 0;
    for (int i = 0; i < 100_000; i++) {
      sum += size(random) * 210.0;
    }
    return sum / 100_000;
  }

  private long submit() {
    Object[] items = new Object[size(random)];
    long cost = 0;
    for (int i = 0; i < items.length; i++) {
      int length = 20 + random.nextInt(381);
      items[i] = length;
      cost += length;
    }
    long alone = cost * NANOS_PER_COST / WORKERS;
    // What clients allow: ten seconds, and three times as long as it takes. Who sends little says
    // nothing about it.
    long allowed = 10_000 * MILLI + 3 * alone;
    boolean small = items.length <= SMALL && random.nextBoolean();
    RequestOptions options = small
        ? RequestOptions.bulk()
        : RequestOptions.bulk().withDeadline(Duration.ofNanos(allowed));
    Request request = new Request(
        function,
        new RequestItems(function, items.length, i -> items[i]),
        budget,
        options,
        requests.now,
        new Requests.Kept());
    request.made(request.items().make());
    long charge = request.charge();
    if (!budget.tryTake(charge)) {
      refused++;
    } else {
      request.admitted(charge);
      boolean atOnce = idle > 0 && requests.scheduler.isEmpty();
      if (requests.scheduler.admit(request, atOnce, requests.now) != null) {
        request.release();
        refused++;
      } else {
        taken++;
        smallWork += small ? cost : 0;
        if (small) {
          // Six times what stands before it and itself, and eight batches; see Flow.
          long longest = 400L * NANOS_PER_COST;
          smallBounds.put(request, 6 * smallWork * NANOS_PER_COST / WORKERS + 8 * longest);
          smallCosts.put(request, cost);
        }
      }
    }
    return cost;
  }

  private void startWorkers() {
    while (idle > 0) {
      Request hungry = requests.scheduler.beginMaking();
      while (hungry != null) {
        requests.scheduler.endMaking(hungry, hungry.items().make(), null);
        hungry = requests.scheduler.beginMaking();
      }
      Batch batch = requests.scheduler.next(requests.now);
      if (batch == null) {
        return;
      }
      idle--;
      ran += batch.cost();
      // Runs vary by a tenth up and down.
      double noise = 0.9 + 0.2 * random.nextDouble();
      long nanos = (long) (batch.cost() * NANOS_PER_COST * noise);
      events.add(new Event(requests.now + nanos, () -> finish(batch, nanos)));
    }
  }

  private void finish(Batch batch, long nanos) {
    idle++;
    List<Object> items = batch.items();
    for (int i = 0; i < batch.size(); i++) {
      batch.request(i).keep(batch.index(i), items.get(i));
    }
    requests.scheduler.underway().succeeded(batch, requests.now, nanos);
  }

  private void deliver() {
    for (Request request : requests.delivered()) {
      Object outcome = Requests.outcomes(request).get(0);
      if (outcome instanceof Throwable) {
        expired++;
      } else {
        answered +=
            ((List<?>) outcome).stream().mapToLong(item -> (Integer) item).sum();
        Long bound = smallBounds.remove(request);
        if (bound != null) {
          smallWork -= Objects.requireNonNull(smallCosts.remove(request));
          smallWaits.add((double) (requests.now - request.arrivedAt()) / bound);
        }
      }
    }
  }

  /** Share of the capacity that ended in answers within their deadline. */
  double goodput() {
    return answered / capacity();
  }

  private static double capacity() {
    return 1.0 * END * WORKERS / NANOS_PER_COST;
  }

  /** Of the time that a small call may take, how much so many of a hundred take at most. */
  double small(double percent) {
    double[] sorted = smallWaits.stream().mapToDouble(wait -> wait).sorted().toArray();
    return sorted[(int) ((sorted.length - 1) * percent / 100)];
  }

  @Override
  public String toString() {
    return String.format(
        "overload: %s x%s offered %.2f ran %.3f goodput %.3f; taken %d, refused %d, expired %d;"
            + " p99 of %d small calls %.2f of their bound, at most %.2f",
        arrivals,
        load,
        offered / capacity(),
        ran / capacity(),
        goodput(),
        taken,
        refused,
        expired,
        smallWaits.size(),
        small(99),
        small(100));
  }
}
