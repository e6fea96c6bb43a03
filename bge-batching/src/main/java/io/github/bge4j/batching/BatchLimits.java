package io.github.bge4j.batching;

/**
 * Which items may share a batch.
 *
 * <p>The cost of an item is its length in tokens (or whatever the device's time and memory grow
 * with). Three devices, one rule:
 *
 * <ul>
 *   <li>{@code maxPadding} 0: only items of equal length share a batch, nothing is padded;
 *   <li>between 0 and 1: the device pads items to the longest; an item may join if at most that
 *       share of its row, or of any other row, becomes padding. A batch costs its number of items
 *       times the longest;
 *   <li>1: the device packs items end to end. A batch costs their sum. Lengths mix freely, as long
 *       as the number of items times the longest is at most 8 times {@code maxCost}.
 * </ul>
 *
 * <p>An item that alone costs more than {@code maxCost} runs alone.
 *
 * @param maxItems most items in a batch
 * @param maxCost most cost of a batch of more than one item
 * @param maxPadding largest share of a row that may be padding, from 0 to 1
 */
public record BatchLimits(int maxItems, long maxCost, double maxPadding) {

  /**
   * So many times the cost of a full batch its items may take if each were as long as the longest:
   * what a device does, and holds, for every place of that grid is little, but not nothing.
   */
  static final int MOST_SPREAD = 8;

  /**
   * Checks the limits.
   *
   * @param maxItems most items in a batch
   * @param maxCost most cost of a batch of more than one item
   * @param maxPadding largest share of a row that may be padding, from 0 to 1
   * @throws IllegalArgumentException if {@code maxItems} or {@code maxCost} is below 1, or
   *     {@code maxPadding} is not from 0 to 1
   */
  public BatchLimits {
    if (maxItems < 1) {
      throw new IllegalArgumentException(
          "maxItems must be at least 1: " + maxItems + "; 1 runs every item alone");
    }
    if (maxCost < 1) {
      throw new IllegalArgumentException(
          "maxCost must be at least 1: " + maxCost + "; pass the largest cost of a batch");
    }
    if (!(maxPadding >= 0 && maxPadding <= 1)) {
      throw new IllegalArgumentException(
          "maxPadding must be from 0 to 1: " + maxPadding + "; 0 allows none");
    }
  }

  /**
   * Limits for a device that wants rows of equal length, such as a CPU.
   *
   * @param maxItems most items in a batch
   * @param maxCost most cost of a batch of more than one item
   * @return limits without any padding
   */
  public static BatchLimits equalLengths(int maxItems, long maxCost) {
    return new BatchLimits(maxItems, maxCost, 0);
  }

  /**
   * Limits for a device that takes items of any length end to end.
   *
   * @param maxItems most items in a batch
   * @param maxCost most cost of a batch of more than one item, the sum over its items
   * @return limits under which lengths mix; few very short items join a very long one
   */
  public static BatchLimits packed(int maxItems, long maxCost) {
    return new BatchLimits(maxItems, maxCost, 1);
  }

  boolean packs() {
    return maxPadding == 1;
  }
}
