package io.github.bge4j.batching;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Where any thread leaves a request without a lock, and from where one thread takes all. A stack of
 * linked requests, turned round when it is taken.
 */
final class Intake {

  private final AtomicReference<@Nullable Request> last = new AtomicReference<>();

  void add(Request request) {
    Request before = last.get();
    request.next = before;
    while (!last.compareAndSet(before, request)) {
      before = last.get();
      request.next = before;
    }
  }

  boolean isEmpty() {
    return last.get() == null;
  }

  /** Takes all requests, linked by {@link Request#next} in the order in which they came. */
  @Nullable Request takeAll() {
    Request request = isEmpty() ? null : last.getAndSet(null);
    Request first = null;
    while (request != null) {
      Request before = request.next;
      request.next = first;
      first = request;
      request = before;
    }
    return first;
  }
}
