package io.github.bge4j.batching;

import java.util.ArrayList;
import java.util.List;

/** What was decided under the lock and has to be told without it. Not thread-safe. */
final class Outbox {

  /** Never written to. */
  static final Outbox NOTHING = new Outbox();

  private final List<Thread> awake = new ArrayList<>(0);
  private final List<Request> resolved = new ArrayList<>();
  private final List<RunContext> abandoned = new ArrayList<>(0);

  /** A parked thread has something to do. */
  void wake(Thread thread) {
    awake.add(thread);
  }

  /** A request has its outcome. */
  void deliver(Request request) {
    resolved.add(request);
  }

  /** Nobody wants the results of a run any more. */
  void abandon(RunContext run) {
    abandoned.add(run);
  }

  boolean isEmpty() {
    return awake.isEmpty() && resolved.isEmpty() && abandoned.isEmpty();
  }

  List<Thread> awake() {
    return awake;
  }

  List<Request> resolved() {
    return resolved;
  }

  List<RunContext> abandoned() {
    return abandoned;
  }
}
