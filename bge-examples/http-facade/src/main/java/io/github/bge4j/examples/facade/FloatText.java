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

  /** With more places after the point a text is longer than with an exponent. */
  private static final int MOST_DECIMALS = MOST_DIGITS + 3;

  private static final String ZEROS = "0".repeat(MOST_DECIMALS);

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
    float size = Math.abs(value);
    if (size < 1e-13f || size >= 1e7f) {
      return Float.toString(value);
    }
    int exponent = (int) Math.floor(Math.log10(size));
    long best = -1;
    int bestScale = 0;
    for (int digits = MOST_DIGITS; digits > 0; digits--) {
      int scale = digits - 1 - exponent;
      if (scale < 0 || scale > MOST_SCALE) {
        continue;
      }
      long number = Math.round(size * POWERS[scale]);
      if (!readsBack(number / POWERS[scale], size)) {
        break;
      }
      best = number;
      bestScale = scale;
    }
    return best < 0 ? Float.toString(value) : text(value < 0, best, bestScale);
  }

  private static boolean readsBack(double read, float value) {
    return (float) read == value && (Double.doubleToRawLongBits(read) & BELOW_FLOAT) != MIDWAY;
  }

  private static String text(boolean negative, long number, int scale) {
    StringBuilder text = new StringBuilder(MOST_SCALE);
    if (negative) {
      text.append('-');
    }
    if (scale > MOST_DECIMALS) {
      return text.append(number).append("E-").append(scale).toString();
    }
    String digits = Long.toString(number);
    int whole = digits.length() - scale;
    if (whole <= 0) {
      text.append("0.").append(ZEROS, 0, -whole).append(digits);
    } else if (scale == 0) {
      text.append(digits).append(".0");
    } else {
      text.append(digits, 0, whole).append('.').append(digits, whole, digits.length());
    }
    return text.toString();
  }
}
