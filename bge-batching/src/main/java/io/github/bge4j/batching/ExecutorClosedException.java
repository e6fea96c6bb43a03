package io.github.bge4j.batching;

/**
 * Thrown to a caller whose work was not done because its {@link BatchExecutor} or
 * {@link BatchQueue} is closed.
 */
public final class ExecutorClosedException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  ExecutorClosedException() {
    super("the batch executor is closed; submit work before close()");
  }

  ExecutorClosedException(String queue) {
    super("the queue '" + queue + "' is closed; submit work before close()");
  }
}
