package io.github.bge4j.batching;

/** What a {@link BatchFunction} can learn about the batch it runs. Thread-safe. */
public interface BatchContext {

  /**
   * Tells whether everybody who wanted a result of this batch has gone: cancelled, past its
   * deadline, or failed elsewhere. The function may then stop and throw.
   *
   * @return true once nobody waits; it never becomes false again
   */
  boolean isAbandoned();

  /**
   * Tells whether the executor had nothing else to do when this batch began: no other ran, and no
   * item waited. The function may then take the cores of the workers that are idle; what comes
   * meanwhile runs beside it. Parts of a batch that failed never count as alone.
   *
   * @return false unless overridden; the same for the life of the batch
   */
  default boolean isAlone() {
    return false;
  }

  /**
   * Returns which device the worker that runs the batch belongs to, of an executor with
   * {@linkplain BatchExecutorBuilder#devices several}: a worker never changes it.
   *
   * @return from 0; 0 unless overridden
   */
  default int device() {
    return 0;
  }

  /**
   * Runs an action when everybody has gone, on the thread of the last one to go; at once if they
   * have already gone. It must not block. What it throws is logged.
   *
   * <p>Close the registration before what the action uses is freed: after
   * {@link Registration#close} the action neither runs nor will run.
   *
   * <pre>{@code
   * try (OrtSession.RunOptions options = new OrtSession.RunOptions();
   *     BatchContext.Registration stop = context.onAbandoned(() -> options.setTerminate(true))) {
   *   return session.run(inputs, options);
   * }
   * }</pre>
   *
   * @param action what stops the computation
   * @return the registration
   * @throws IllegalStateException if an action is registered already
   */
  Registration onAbandoned(Runnable action);

  /** An action that waits for a batch to be abandoned. */
  interface Registration extends AutoCloseable {

    /** Takes the action back; if it is just running, waits for its end. Idempotent. */
    @Override
    void close();
  }
}
