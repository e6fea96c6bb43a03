package io.github.bge4j.batching;

/** A batch function with its limits, its memory, and a flow of waiting requests for each lane. */
final class RegisteredFunction {

  private final String name;
  private final BatchLimits limits;
  private final BatchFunction<Object, Object> function;
  private final MemoryLimit memory;
  private final Flow queries = new Flow(this, Lane.QUERY);
  private final Flow bulk = new Flow(this, Lane.BULK);
  private volatile boolean closed;

  /**
   * Registers a function.
   *
   * @param function the caller's function, its types erased: a {@link BatchQueue} only ever submits
   *     items of the right type
   */
  RegisteredFunction(String name, BatchLimits limits, BatchFunction<Object, Object> function) {
    this.name = name;
    this.limits = limits;
    this.function = function;
    this.memory = new MemoryLimit(limits.maxCost());
  }

  String name() {
    return name;
  }

  BatchLimits limits() {
    return limits;
  }

  BatchFunction<Object, Object> function() {
    return function;
  }

  MemoryLimit memory() {
    return memory;
  }

  /** The function must not be called any more. */
  void close() {
    closed = true;
  }

  boolean isClosed() {
    return closed;
  }

  Flow flow(Lane lane) {
    return lane == Lane.QUERY ? queries : bulk;
  }
}
