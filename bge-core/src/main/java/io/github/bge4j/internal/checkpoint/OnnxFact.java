package io.github.bge4j.internal.checkpoint;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a value of a graph before it runs, for texts without padding. Lengths that only
 * a run tells are {@link #BATCH} and {@link #TOKENS}.
 *
 * @param kind what the elements are
 * @param number of {@link Kind#UNIFORM} each element; of those that have to do with padding its id
 * @param whole of {@link Kind#WHOLE} the elements, of a vector or a single one; not copied
 * @param shape null if it is not known; not copied
 */
record OnnxFact(Kind kind, double number, long[] whole, long @Nullable [] shape) {

  /** The number of texts. */
  static final long BATCH = Long.MIN_VALUE + 1;

  /** The number of tokens of each text. */
  static final long TOKENS = Long.MIN_VALUE + 2;

  /** A number of which nothing is known. */
  static final long ANY = Long.MIN_VALUE;

  /** Nothing is known, also not the shape. */
  static final OnnxFact NOTHING = new OnnxFact(Kind.NOTHING, 0, new long[0], null);

  static final int MAX_LENGTH = 64;

  /** What the elements of a value are. */
  enum Kind {
    NOTHING,
    /** All are one number, floating or boolean or whole. */
    UNIFORM,
    WHOLE,
    /** 0, 1, 2... up to a constant, along the last axis. */
    COUNTING,
    /** 0, 1, 2... for the tokens of each text. */
    POSITIONS,
    /** Indices of some kind. */
    NOT_NEGATIVE,
    IDS,
    TYPES,
    /** Whether a token is padding. */
    PADDING,
    /** 1 for a token that is none. */
    NO_PADDING,
    /** How many tokens up to here are no padding. */
    COUNT,
    /** The same, but 0 for padding. */
    COUNT_OR_ZERO,
    /** The positions of XLM-RoBERTa. */
    POSITIONS_AFTER_PADDING,
    /** How many tokens each text has. */
    LENGTHS
  }

  static OnnxFact shaped(long @Nullable [] shape) {
    return shape == null ? NOTHING : new OnnxFact(Kind.NOTHING, 0, new long[0], shape);
  }

  static OnnxFact uniform(double number, long @Nullable [] shape) {
    return new OnnxFact(Kind.UNIFORM, number, new long[0], shape);
  }

  static OnnxFact of(Kind kind, double number, long @Nullable [] shape) {
    return new OnnxFact(kind, number, new long[0], shape);
  }

  static OnnxFact vector(long... whole) {
    return new OnnxFact(Kind.WHOLE, 0, whole, new long[] {whole.length});
  }

  static OnnxFact single(long whole) {
    return new OnnxFact(Kind.WHOLE, 0, new long[] {whole}, new long[0]);
  }

  /** Returns what is known of a constant: all, if it is a number, indices or a part of a shape. */
  static OnnxFact of(OnnxTensor tensor) {
    Double number = tensor.number();
    if (number != null) {
      return uniform(number, tensor.shape());
    }
    long[] whole = tensor.wholeNumbers();
    if (whole == null) {
      return shaped(tensor.shape());
    }
    if (whole.length == 1 || tensor.shape().length == 1) {
      long[] known =
          Arrays.stream(whole).map(element -> isKnown(element) ? element : ANY).toArray();
      if (tensor.shape().length <= 1 && whole.length <= MAX_LENGTH) {
        return new OnnxFact(Kind.WHOLE, 0, known, tensor.shape());
      }
    }
    if (whole.length > 0 && Arrays.stream(whole).allMatch(element -> element == whole[0])) {
      return uniform((double) whole[0], tensor.shape());
    }
    for (int i = 0; i < whole.length; i++) {
      if (whole[i] != i) {
        return shaped(tensor.shape());
      }
    }
    return of(Kind.COUNTING, 0, tensor.shape());
  }

  OnnxFact withShape(long @Nullable [] other) {
    return new OnnxFact(kind, number, whole, other);
  }

  boolean is(Kind wanted) {
    return kind == wanted;
  }

  /** Returns the number that every element is; null if they differ or are not known. */
  @Nullable Double every() {
    if (kind == Kind.UNIFORM) {
      return number;
    }
    boolean known = kind == Kind.WHOLE && whole.length == 1 && isKnown(whole[0]);
    return known ? Double.valueOf((double) whole[0]) : null;
  }

  /** Returns whether every element is this number. */
  boolean isAll(double wanted) {
    Double same = every();
    return same != null && same == wanted;
  }

  /** Returns the elements of a vector or of a single number; null if they are not known. */
  long @Nullable [] elements() {
    if (kind == Kind.WHOLE) {
      return whole;
    }
    if (kind != Kind.UNIFORM || shape == null || shape.length > 1 || number != Math.rint(number)) {
      return null;
    }
    long length = shape.length == 0 ? 1 : shape[0];
    if (length < 0 || length > MAX_LENGTH) {
      return null;
    }
    long[] elements = new long[(int) length];
    Arrays.fill(elements, (long) number);
    return elements;
  }

  /** Returns the one element; null if there are several or it is not known. */
  @Nullable Long element() {
    long[] elements = elements();
    return elements != null && elements.length == 1 ? elements[0] : null;
  }

  static boolean isKnown(long number) {
    return number > TOKENS;
  }
}
