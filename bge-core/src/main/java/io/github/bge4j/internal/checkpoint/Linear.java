package io.github.bge4j.internal.checkpoint;

/**
 * A linear layer.
 *
 * @param weight {@code [out, in]}
 * @param bias {@code [out]}
 */
public record Linear(WeightReference weight, WeightReference bias) {

  /** Returns the number of its inputs. */
  public int inputs() {
    return Math.toIntExact(weight.shape()[1]);
  }

  /** Returns the number of its outputs. */
  public int outputs() {
    return Math.toIntExact(weight.shape()[0]);
  }
}
