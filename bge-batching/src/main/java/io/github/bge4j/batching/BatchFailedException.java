package io.github.bge4j.batching;

import org.jspecify.annotations.Nullable;

/** Thrown to a caller whose request could not be computed; the cause is what the function threw. */
public final class BatchFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Position of the item to blame; -1 for none. */
  private final int itemIndex;

  BatchFailedException(String queue, int itemIndex, @Nullable Throwable cause) {
    super(
        itemIndex < 0
            ? "the batch function of '" + queue + "' failed, whatever the item"
            : "the batch function of '" + queue + "' failed on item " + itemIndex,
        cause);
    this.itemIndex = itemIndex;
  }

  /**
   * Returns which item of the request failed when it ran alone.
   *
   * @return position in the request, or -1 if the failure is no item's own: a broken device or an
   *     {@link Error}
   */
  public int itemIndex() {
    return itemIndex;
  }
}
