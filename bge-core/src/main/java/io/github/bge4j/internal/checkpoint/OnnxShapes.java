package io.github.bge4j.internal.checkpoint;

import static io.github.bge4j.internal.checkpoint.OnnxFact.ANY;
import static io.github.bge4j.internal.checkpoint.OnnxFact.isKnown;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The shapes that the operators of an encoder give; null where that is not known. */
final class OnnxShapes {

  private static final Set<String> LIKE_FIRST = Set.of(
      "Attention",
      "BiasGelu",
      "Cast",
      "Clip",
      "CumSum",
      "Dropout",
      "Erf",
      "FastGelu",
      "Gelu",
      "Identity",
      "IsNaN",
      "LayerNormalization",
      "MultiHeadAttention",
      "Neg",
      "Not",
      "Reciprocal",
      "Relu",
      "SkipLayerNormalization",
      "Softmax",
      "Sqrt",
      "Tanh");

  private static final Set<String> ELEMENT_BY_ELEMENT = Set.of(
      "Add",
      "And",
      "Div",
      "Equal",
      "Greater",
      "GreaterOrEqual",
      "Less",
      "LessOrEqual",
      "Max",
      "Min",
      "Mul",
      "Or",
      "Pow",
      "Sub",
      "Where");

  private static final Set<String> REDUCTIONS =
      Set.of("ReduceL2", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceSum");

  private OnnxShapes() {}

  /**
   * Returns the shape of the first output.
   *
   * @param inputs what is known of the inputs
   * @param axes attribute or input of that name; null for none
   */
  static long @Nullable [] of(OnnxNode node, List<OnnxFact> inputs, long @Nullable [] axes) {
    String operator = node.operator();
    if (ELEMENT_BY_ELEMENT.contains(operator)) {
      return broadcast(inputs);
    }
    if (operator.equals("Reshape") && inputs.size() > 1 && isWhole(inputs.get(1).elements())) {
      return inputs.get(1).elements();
    }
    long[] first = inputs.isEmpty() ? null : inputs.get(0).shape();
    if (first == null || LIKE_FIRST.contains(operator)) {
      return first;
    }
    if (REDUCTIONS.contains(operator)) {
      return reduce(first, axes, node.integer("keepdims", 1) != 0);
    }
    long[] second = inputs.size() < 2 ? null : inputs.get(1).shape();
    return switch (operator) {
      case "Transpose" -> transpose(first, node.integers("perm"));
      case "Unsqueeze" -> unsqueeze(first, axes);
      case "Squeeze" -> squeeze(first, axes);
      case "MatMul" -> second == null ? null : matMul(first, second);
      case "FusedMatMul" -> second == null ? null : fusedMatMul(node, first, second);
      case "Gemm", "FusedGemm" -> second == null ? null : gemm(node, first, second);
      case "Gather" -> second == null ? null : gather(first, second, node.integer("axis", 0));
      case "GatherElements" -> second;
      case "Flatten" -> node.integer("axis", 1) == first.length ? new long[] {ANY, 1} : null;
      case "Reshape" ->
        inputs.size() < 2 || node.integer("allowzero", 0) != 0
            ? null
            : reshape(first, inputs.get(1).elements());
      case "Expand" -> inputs.size() < 2 ? null : expand(first, inputs.get(1).elements());
      default -> null;
    };
  }

  /** Returns whether a target leaves nothing to be found out. */
  private static boolean isWhole(long @Nullable [] target) {
    return target != null
        && Arrays.stream(target)
            .allMatch(
                length -> length > 0 || length == OnnxFact.BATCH || length == OnnxFact.TOKENS);
  }

  private static long @Nullable [] broadcast(List<OnnxFact> inputs) {
    long[] result = new long[0];
    for (OnnxFact input : inputs) {
      if (input.shape() == null || result == null) {
        return null;
      }
      result = broadcast(result, input.shape());
    }
    return result;
  }

  private static long @Nullable [] broadcast(long[] a, long[] b) {
    long[] result = (a.length > b.length ? a : b).clone();
    for (int i = 1; i <= Math.min(a.length, b.length); i++) {
      long left = a[a.length - i];
      long right = b[b.length - i];
      if (left == ANY || right == ANY || !(left == right || left == 1 || right == 1)) {
        return null;
      }
      result[result.length - i] = left == 1 ? right : left;
    }
    return result;
  }

  private static long @Nullable [] expand(long[] shape, long @Nullable [] target) {
    return target == null ? null : broadcast(shape, target);
  }

  private static long @Nullable [] reduce(long[] shape, long @Nullable [] axes, boolean keep) {
    if (axes == null || axes.length != 1) {
      return null;
    }
    int axis = axis(axes[0], shape.length);
    if (axis < 0) {
      return null;
    }
    List<Long> result = list(shape);
    result.remove(axis);
    if (keep) {
      result.add(axis, 1L);
    }
    return array(result);
  }

  private static long @Nullable [] transpose(long[] shape, long @Nullable [] order) {
    if (order == null || order.length != shape.length) {
      return null;
    }
    long[] result = new long[shape.length];
    for (int i = 0; i < order.length; i++) {
      if (order[i] < 0 || order[i] >= shape.length) {
        return null;
      }
      result[i] = shape[(int) order[i]];
    }
    return result;
  }

  private static long @Nullable [] unsqueeze(long[] shape, long @Nullable [] axes) {
    if (axes == null || axes.length != 1) {
      return null;
    }
    int axis = axis(axes[0], shape.length + 1);
    if (axis < 0) {
      return null;
    }
    List<Long> result = list(shape);
    result.add(axis, 1L);
    return array(result);
  }

  private static long @Nullable [] squeeze(long[] shape, long @Nullable [] axes) {
    int axis = axes == null || axes.length != 1 ? -1 : axis(axes[0], shape.length);
    if (axis < 0 || shape[axis] != 1) {
      return null;
    }
    List<Long> result = list(shape);
    result.remove(axis);
    return array(result);
  }

  /** Matrices of one rank, or one matrix for all. */
  private static long @Nullable [] matMul(long[] a, long[] b) {
    boolean fits = a.length >= 2 && (b.length == a.length || b.length == 2);
    if (!fits || a[a.length - 1] != b[b.length - 2]) {
      return null;
    }
    long[] result = a.clone();
    result[a.length - 1] = b[b.length - 1];
    return result;
  }

  private static long @Nullable [] fusedMatMul(OnnxNode node, long[] a, long[] b) {
    if (node.integer("transA", 0) != 0
        || node.integer("transBatchA", 0) != 0
        || node.integer("transBatchB", 0) != 0
        || b.length < 2) {
      return null;
    }
    long[] right = b.clone();
    if (node.integer("transB", 0) != 0) {
      right[b.length - 1] = b[b.length - 2];
      right[b.length - 2] = b[b.length - 1];
    }
    return matMul(a, right);
  }

  private static long @Nullable [] gemm(OnnxNode node, long[] a, long[] b) {
    boolean plain = a.length == 2 && b.length == 2 && node.integer("transA", 0) == 0;
    return plain ? new long[] {a[0], b[node.integer("transB", 0) == 0 ? 1 : 0]} : null;
  }

  private static long @Nullable [] gather(long[] data, long[] indices, long along) {
    int axis = axis(along, data.length);
    if (axis < 0) {
      return null;
    }
    List<Long> result = list(data);
    result.remove(axis);
    result.addAll(axis, list(indices));
    return array(result);
  }

  /** 0 keeps a length, -1 is what is left. */
  static long @Nullable [] reshape(long[] shape, long @Nullable [] target) {
    if (target == null) {
      return null;
    }
    List<Long> left = list(shape);
    long[] result = target.clone();
    long product = 1;
    int open = -1;
    for (int i = 0; i < result.length; i++) {
      if (result[i] == 0) {
        result[i] = i < shape.length ? shape[i] : ANY;
      }
      if (result[i] == -1 && open < 0) {
        open = i;
      } else if (isKnown(result[i])) {
        product = multiply(product, result[i]);
      } else if (!left.remove(Long.valueOf(result[i])) || result[i] == ANY) {
        return null;
      }
    }
    List<Long> unknown = left.stream().filter(length -> !isKnown(length)).toList();
    long known = left.stream().filter(OnnxFact::isKnown).reduce(1L, OnnxShapes::multiply);
    if (product <= 0 || known <= 0 || known % product != 0) {
      return null;
    }
    if (open >= 0 && unknown.size() <= 1) {
      if (unknown.size() == 1 && known != product) {
        return null;
      }
      result[open] = unknown.isEmpty() ? known / product : unknown.get(0);
      return result;
    }
    return open < 0 && unknown.isEmpty() && known == product ? result : null;
  }

  /** -1 if it is none or too large, and stays so. */
  private static long multiply(long a, long b) {
    boolean fits = a > 0 && b > 0 && Math.multiplyHigh(a, b) == 0 && a * b > 0;
    return fits ? a * b : -1;
  }

  /** Returns an axis counted from the first; -1 if there is none. */
  static int axis(long axis, int rank) {
    long counted = axis < 0 ? axis + rank : axis;
    return counted < 0 || counted >= rank ? -1 : (int) counted;
  }

  private static List<Long> list(long[] shape) {
    List<Long> list = new ArrayList<>();
    for (long length : shape) {
      list.add(length);
    }
    return list;
  }

  private static long[] array(List<Long> list) {
    return list.stream().mapToLong(Long::longValue).toArray();
  }
}
