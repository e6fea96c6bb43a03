package io.github.bge4j.batching;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/** A function that doubles numbers, batch by batch as the test lets it. */
final class Gated implements BatchFunction<Integer, Integer> {

  final List<List<Integer>> batches = Collections.synchronizedList(new ArrayList<>());
  final List<String> threads = Collections.synchronizedList(new ArrayList<>());
  final CountDownLatch started = new CountDownLatch(1);
  private final Semaphore permits = new Semaphore(0);

  @Override
  public List<Integer> run(List<Integer> items, BatchContext context) {
    batches.add(items);
    threads.add(Thread.currentThread().getName());
    started.countDown();
    permits.acquireUninterruptibly();
    return items.stream().map(item -> 2 * item).toList();
  }

  /** Lets one batch through. */
  void permit() {
    permits.release();
  }

  /** Lets everything through from now on. */
  void open() {
    permits.release(1_000_000);
  }
}
