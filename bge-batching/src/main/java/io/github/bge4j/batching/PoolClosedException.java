package io.github.bge4j.batching;

/** Thrown to a caller whose work was not done because its {@link WorkerPool} is closed. */
public final class PoolClosedException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  PoolClosedException() {
    super("the worker pool is closed; submit work before close()");
  }
}
