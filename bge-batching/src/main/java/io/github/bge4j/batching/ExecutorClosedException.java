package io.github.bge4j.batching;

/**
 * Thrown to a caller whose work was not done because its {@link BatchExecutor} or
 * {@link BatchQueue} is closed.
 */
public final class ExecutorClosedException extends BatchingException {

  private static final long serialVersionUID = 1L;

  /** Whether the whole executor is closed. */
  private final boolean executor;

  ExecutorClosedException() {
    super("the batch executor is closed; submit work before close()", null, true);
    this.executor = true;
  }

  ExecutorClosedException(String queue) {
    super("the queue '" + queue + "' is closed; submit work before close()", null, true);
    this.executor = false;
  }

  /**
   * Tells what is closed.
   *
   * @return true for the executor, false for the queue alone
   */
  public boolean isExecutor() {
    return executor;
  }
}
