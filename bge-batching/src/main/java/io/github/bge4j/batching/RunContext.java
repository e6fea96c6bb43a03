package io.github.bge4j.batching;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The context of one run. */
final class RunContext implements BatchContext {

  private final AtomicReference<@Nullable AbandonAction> registered = new AtomicReference<>();
  private volatile boolean abandoned;

  @Override
  public boolean isAbandoned() {
    return abandoned;
  }

  @Override
  public Registration onAbandoned(Runnable action) {
    AbandonAction registration = new AbandonAction(action, registered);
    if (!registered.compareAndSet(null, registration)) {
      throw new IllegalStateException(
          "an action is registered already; close its registration first");
    }
    if (abandoned) {
      registration.fire();
    }
    return registration;
  }

  /** Runs the action, if there is one. Called without a lock. */
  void abandon() {
    abandoned = true;
    AbandonAction action = registered.get();
    if (action != null) {
      action.fire();
    }
  }
}
