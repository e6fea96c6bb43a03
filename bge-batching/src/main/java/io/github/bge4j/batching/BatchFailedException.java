package io.github.bge4j.batching;

import org.jspecify.annotations.Nullable;

/** Thrown to a caller whose request could not be computed; the cause is what the function threw. */
public final class BatchFailedException extends BatchingException {

  private static final long serialVersionUID = 1L;

  /** Position of the item to blame; -1 for none. */
  private final int itemIndex;

  private BatchFailedException(
      String message, int itemIndex, @Nullable Throwable cause, boolean stackTrace) {
    super(message, cause, stackTrace);
    this.itemIndex = itemIndex;
  }

  static BatchFailedException of(RegisteredFunction function, int itemIndex, Throwable cause) {
    try {
      String what = "the batch function of '" + function.name() + "' failed";
      return new BatchFailedException(
          itemIndex < 0 ? what + ", whatever the item" : what + " on item " + itemIndex,
          itemIndex,
          cause,
          true);
    } catch (OutOfMemoryError e) {
      return function.outOfMemory();
    }
  }

  /** Makes a failure beforehand, for when there is no memory to make one. */
  static BatchFailedException ofNoMemory(String queue) {
    return new BatchFailedException(
        "the batch function of '" + queue + "' failed, for want of heap; raise -Xmx",
        -1,
        null,
        false);
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
