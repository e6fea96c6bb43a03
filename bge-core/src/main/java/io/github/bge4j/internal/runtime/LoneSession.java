package io.github.bge4j.internal.runtime;

import io.github.bge4j.InferenceException;
import io.github.bge4j.ModelException;
import io.github.bge4j.batching.BatchContext;
import io.github.bge4j.internal.graph.EncoderGraph;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A second session of a graph, whose runs spread over several cores (docs/adr/0008). The first run
 * opens it and runs on both: it is kept only if it gives the bits that the graph's own session
 * gives. It has packed weights of its own, and shares the file of the others.
 *
 * <p>Thread-safe.
 */
final class LoneSession implements AutoCloseable {

  /** Longer than the gap between two operators, far shorter than a turn of the scheduler. */
  private static final int SPIN_MICROS = 50;

  private final EncoderGraph graph;
  private final String name;
  private final int threads;
  private final SpreadPace pace = new SpreadPace();
  /** Held while it is opened, and to end it. */
  private final ReentrantLock opening = new ReentrantLock();

  /** Set once, after it has shown its bits. */
  private volatile @Nullable OnnxModel session;
  /** Whether it shall not be opened any more; guarded by the lock. */
  private boolean ended;

  /** Opens nothing yet. */
  LoneSession(EncoderGraph graph, String name, int threads) {
    this.graph = graph;
    this.name = name;
    this.threads = threads;
  }

  /**
   * Runs here if it can and that pays, and else on the graph's own session.
   *
   * @param context of the run, which is alone
   * @param tokens how many it has
   */
  EncoderOutput run(Run run, OnnxModel own, BatchContext context, int tokens) {
    OnnxModel here = session;
    if (here != null) {
      boolean spread = pace.begin(tokens);
      long start = System.nanoTime();
      EncoderOutput output = run.on(spread ? here : own);
      pace.ended(tokens, spread, System.nanoTime() - start);
      return output;
    }
    EncoderOutput output = run.on(own);
    if (opening.tryLock()) {
      try {
        if (!ended && session == null) {
          tryOut(run, output, context);
        }
      } finally {
        opening.unlock();
      }
    }
    return output;
  }

  private void tryOut(Run run, EncoderOutput expected, BatchContext context) {
    OnnxModel candidate = null;
    // Unless all goes well there is no second try; but who gave up waiting says nothing about it.
    ended = true;
    try {
      candidate = OnnxModel.open(graph.model(), graph.weightsFolder(), name, threads, SPIN_MICROS);
      if (run.on(candidate).hasBitsOf(expected)) {
        session = candidate;
      }
    } catch (ModelException e) {
      // No memory for it, or the file is gone: the graph's own session does without.
    } catch (InferenceException e) {
      ended = !context.isAbandoned();
    } finally {
      if (session == null && candidate != null) {
        candidate.close();
      }
    }
  }

  @Override
  public void close() {
    opening.lock();
    try {
      ended = true;
      OnnxModel here = session;
      if (here != null) {
        here.close();
      }
    } finally {
      opening.unlock();
    }
  }

  /** A run of one batch on whichever session. */
  interface Run {
    EncoderOutput on(OnnxModel session);
  }
}
