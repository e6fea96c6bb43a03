package io.github.bge4j;

import io.github.bge4j.batching.RequestOptions;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;

/**
 * A call on its way into the queue. A large one goes part by part, so that it takes little of the
 * queue and of memory, and others get their turn between its parts.
 *
 * <p>Used by one thread at a time.
 */
final class CallParts<R> implements Iterator<CompletableFuture<List<R>>> {

  /** Texts of a part: enough to find some of equal length, little enough to wait for. */
  static final int TEXTS = 64;

  /** How many parts are not complete at a time: while one runs, the next waits in the queue. */
  static final int AT_A_TIME = 3;

  private final int count;
  private final RequestOptions request;
  private final Submission<R> submission;
  private final long start = System.nanoTime();
  private int next;

  /**
   * Submits nothing yet; the deadline counts from now.
   *
   * @param count number of texts
   * @param request what happens to the first part if too much is waiting; later ones wait
   */
  CallParts(int count, RequestOptions request, Submission<R> submission) {
    this.count = count;
    this.request = request;
    this.submission = submission;
  }

  @Override
  public boolean hasNext() {
    return next < count;
  }

  /** Submits the next part and returns its results to be. */
  @Override
  public CompletableFuture<List<R>> next() {
    if (!hasNext()) {
      throw new NoSuchElementException("all " + count + " texts are submitted; ask hasNext()");
    }
    int from = next;
    next = Math.min(count, from + TEXTS);
    return submission.submit(from, next, from == 0 ? request : later());
  }

  private RequestOptions later() {
    return request.after(Duration.ofNanos(System.nanoTime() - start)).withOverload(Requests.WAIT);
  }

  /** Tokenizes and submits a part. */
  interface Submission<R> {
    CompletableFuture<List<R>> submit(int from, int to, RequestOptions options);
  }
}
