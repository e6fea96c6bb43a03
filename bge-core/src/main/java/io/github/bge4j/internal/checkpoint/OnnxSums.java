package io.github.bge4j.internal.checkpoint;

import static io.github.bge4j.internal.checkpoint.OnnxFact.ANY;
import static io.github.bge4j.internal.checkpoint.OnnxFact.NOTHING;
import static io.github.bge4j.internal.checkpoint.OnnxFact.isKnown;

import io.github.bge4j.internal.checkpoint.OnnxFact.Kind;
import org.jspecify.annotations.Nullable;

/** Computes element by element with what is known before a graph runs. */
final class OnnxSums {

  private OnnxSums() {}

  /**
   * Returns what an operator gives.
   *
   * @param second null for an operator of one operand
   */
  static OnnxFact of(String operator, OnnxFact first, @Nullable OnnxFact second) {
    if (second == null) {
      return ofOne(operator, first);
    }
    OnnxFact padding = ofPadding(operator, first, second);
    if (padding != null) {
      return padding;
    }
    boolean indices = first.is(Kind.POSITIONS) || first.is(Kind.NOT_NEGATIVE);
    if (indices && operator.equals("GreaterOrEqual") && second.isAll(0)) {
      return OnnxFact.uniform(1, null);
    }
    if (first.is(Kind.WHOLE) || second.is(Kind.WHOLE)) {
      long[] a = first.elements();
      long[] b = second.elements();
      if (a != null && b != null && (a.length == b.length || a.length == 1 || b.length == 1)) {
        return whole(operator, a, b);
      }
    }
    Double a = first.every();
    Double b = second.every();
    Double result = a == null || b == null ? null : ofNumbers(operator, a, b);
    return result == null ? NOTHING : OnnxFact.uniform(result, null);
  }

  /** The one or the other, where it is known which. */
  static OnnxFact where(OnnxFact condition, OnnxFact yes, OnnxFact no) {
    Double every = condition.every();
    if (every != null) {
      Double chosen = (every == 0 ? no : yes).every();
      long[] elements = (every == 0 ? no : yes).elements();
      if (chosen != null && !condition.is(Kind.WHOLE)) {
        return OnnxFact.uniform(chosen, null);
      }
      if (elements == null) {
        return NOTHING;
      }
    }
    long[] which = condition.elements();
    long[] a = yes.elements();
    long[] b = no.elements();
    if (which == null || a == null || b == null) {
      return NOTHING;
    }
    int length = Math.max(which.length, Math.max(a.length, b.length));
    long[] result = new long[length];
    for (int i = 0; i < length; i++) {
      if (!fits(which, length) || !fits(a, length) || !fits(b, length)) {
        return NOTHING;
      }
      long flag = at(which, i);
      result[i] = isKnown(flag) ? flag == 0 ? at(b, i) : at(a, i) : ANY;
    }
    return new OnnxFact(Kind.WHOLE, 0, result, null);
  }

  private static OnnxFact ofOne(String operator, OnnxFact fact) {
    if (operator.equals("Not") && fact.is(Kind.PADDING)) {
      return OnnxFact.of(Kind.NO_PADDING, fact.number(), fact.shape());
    }
    Double every = fact.every();
    if (every == null) {
      return NOTHING;
    }
    return switch (operator) {
      case "Not" -> OnnxFact.uniform(every == 0 ? 1 : 0, null);
      case "Sqrt" -> OnnxFact.uniform(Math.sqrt(every), null);
      case "Neg" -> OnnxFact.uniform(-every, null);
      case "Reciprocal" -> OnnxFact.uniform(1 / every, null);
      case "IsNaN" -> OnnxFact.uniform(Double.isNaN(every) ? 1 : 0, null);
      default -> NOTHING;
    };
  }

  /** The positions of XLM-RoBERTa are counted from the ids. */
  private static @Nullable OnnxFact ofPadding(String operator, OnnxFact first, OnnxFact second) {
    OnnxFact tokens = first.every() == null ? first : second;
    OnnxFact other = first.every() == null ? second : first;
    Double number = other.every();
    long[] shape = tokens.shape();
    if (operator.equals("Equal") && tokens.is(Kind.IDS) && number != null) {
      return OnnxFact.of(Kind.PADDING, number, shape);
    }
    if (operator.equals("Add") && number != null) {
      if (number == 0 && (tokens.is(Kind.COUNT) || tokens.is(Kind.POSITIONS))) {
        return tokens;
      }
      if (tokens.is(Kind.COUNT_OR_ZERO) && (number == tokens.number())) {
        return OnnxFact.of(Kind.POSITIONS_AFTER_PADDING, number, shape);
      }
    }
    if (operator.equals("Mul")) {
      OnnxFact count = first.is(Kind.COUNT) ? first : second;
      OnnxFact flags = first.is(Kind.COUNT) ? second : first;
      if (count.is(Kind.COUNT) && flags.is(Kind.NO_PADDING) && count.number() == flags.number()) {
        return OnnxFact.of(Kind.COUNT_OR_ZERO, count.number(), count.shape());
      }
    }
    return null;
  }

  private static OnnxFact whole(String operator, long[] a, long[] b) {
    int length = Math.max(a.length, b.length);
    long[] result = new long[length];
    for (int i = 0; i < length; i++) {
      result[i] = whole(operator, at(a, i), at(b, i));
    }
    return new OnnxFact(Kind.WHOLE, 0, result, null);
  }

  private static long whole(String operator, long a, long b) {
    if (!isKnown(a) || !isKnown(b)) {
      boolean neutral = switch (operator) {
        case "Add", "Sub" -> b == 0;
        case "Mul", "Div" -> b == 1;
        default -> false;
      };
      boolean neutralFirst = switch (operator) {
        case "Add" -> a == 0;
        case "Mul" -> a == 1;
        default -> false;
      };
      // A length is never negative.
      boolean different = operator.equals("Equal")
          && Math.min(a, b) != ANY
          && (isKnown(a) ? a < 0 : isKnown(b) && b < 0);
      return neutral ? a : neutralFirst ? b : different ? 0 : ANY;
    }
    try {
      return switch (operator) {
        case "Add" -> Math.addExact(a, b);
        case "Sub" -> Math.subtractExact(a, b);
        case "Mul" -> Math.multiplyExact(a, b);
        case "Div" -> b <= 0 || a < 0 ? ANY : a / b;
        case "Equal" -> a == b ? 1 : 0;
        case "Max" -> Math.max(a, b);
        case "Min" -> Math.min(a, b);
        default -> ANY;
      };
    } catch (ArithmeticException e) {
      return ANY;
    }
  }

  private static @Nullable Double ofNumbers(String operator, double a, double b) {
    return switch (operator) {
      case "Add" -> a + b;
      case "Sub" -> a - b;
      case "Mul" -> a * b;
      case "Div" -> a / b;
      case "Pow" -> Math.pow(a, b);
      case "Max" -> Math.max(a, b);
      case "Min" -> Math.min(a, b);
      case "Equal" -> a == b ? 1.0 : 0.0;
      case "Less" -> a < b ? 1.0 : 0.0;
      case "Greater" -> a > b ? 1.0 : 0.0;
      case "LessOrEqual" -> a <= b ? 1.0 : 0.0;
      case "GreaterOrEqual" -> a >= b ? 1.0 : 0.0;
      case "And" -> a != 0 && b != 0 ? 1.0 : 0.0;
      case "Or" -> a != 0 || b != 0 ? 1.0 : 0.0;
      default -> null;
    };
  }

  private static boolean fits(long[] elements, int length) {
    return elements.length == length || elements.length == 1;
  }

  private static long at(long[] elements, int index) {
    return elements[elements.length == 1 ? 0 : index];
  }
}
