package io.github.bge4j.examples.facade;

/**
 * Decimal texts of floats: the fewest digits that read back as the same float, also by readers that
 * read a double first. A whole number ends in {@code .0}, so that it stays a float where types
 * matter.
 *
 * <p>{@link Float#toString} gives more digits than needed before JDK 19.
 */
final class FloatText {

  /** Nine digits tell all floats apart. */
  private static final int MOST_DIGITS = 9;

  /** The largest power of ten that a double holds exactly. */
  private static final int MOST_SCALE = 22;

  /** Low bits of a double that lies midway between two floats; it says nothing about which. */
  private static final long MIDWAY = 1L << 28;

  private static final long BELOW_FLOAT = (1L << 29) - 1;

  private static final double[] POWERS = new double[MOST_SCALE + 1];

  static {
    for (int i = 0; i < POWERS.length; i++) {
      POWERS[i] = Double.parseDouble("1e" + i);
    }
  }

  private FloatText() {}

  /**
   * Returns the text of a finite number. Below 1e-13 and from 1e7 it is that of
   * {@link Float#toString}, which may be a digit longer.
   */
  static String of(float value) {
    if (!Float.isFinite(value)) {
      throw new IllegalStateException(
          "a vector must be finite to be JSON: " + value + "; this is a bug of the model");
    }
    float size = Math.abs(value);
    if (size < 1e-13f || size >= 1e7f) {
      return Float.toString(value);
    }
    int exponent = (int) Math.floor(Math.log10(size));
    String best = null;
    for (int digits = MOST_DIGITS; digits > 0; digits--) {
      int scale = digits - 1 - exponent;
      if (scale < 0 || scale > MOST_SCALE) {
        continue;
      }
      long number = Math.round(size * POWERS[scale]);
      if (!readsBack(number / POWERS[scale], size)) {
        break;
      }
      best = text(value < 0, number, scale);
    }
    return best == null ? Float.toString(value) : best;
  }

  private static boolean readsBack(double read, float value) {
    return (float) read == value && (Double.doubleToRawLongBits(read) & BELOW_FLOAT) != MIDWAY;
  }

  private static String text(boolean negative, long number, int scale) {
    StringBuilder text = new StringBuilder(MOST_SCALE).append(number);
    if (scale > MOST_DIGITS + 3) {
      text.append("E-").append(scale);
    } else {
      while (text.length() <= scale) {
        text.insert(0, '0');
      }
      text.insert(text.length() - scale, scale == 0 ? "" : ".");
      if (scale == 0) {
        text.append(".0");
      }
    }
    return negative ? text.insert(0, '-').toString() : text.toString();
  }
}
