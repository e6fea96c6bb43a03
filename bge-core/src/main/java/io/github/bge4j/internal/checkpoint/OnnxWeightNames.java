package io.github.bge4j.internal.checkpoint;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gives initializers the names back that PyTorch's export took from them.
 *
 * <p>A linear layer becomes {@code MatMul} with an anonymous {@code [in, out]} matrix and
 * {@code Add} with the bias, which keeps its name: {@code x.bias} tells that the matrix is the
 * transpose of {@code x.weight}. Equal initializers are stored once; {@code Identity} gives them
 * their other names.
 */
final class OnnxWeightNames {

  private static final String BIAS = ".bias";
  private static final String WEIGHT = ".weight";

  private final Map<String, String> matrixOfOutput = new HashMap<>();
  private final Map<String, String> originals = new HashMap<>();
  private final List<List<String>> sums = new ArrayList<>();

  /** Takes note of a node; they come in the order in which they run. */
  void add(String operator, List<String> inputs, List<String> outputs) {
    if (outputs.size() != 1) {
      return;
    }
    if (operator.equals("MatMul") && inputs.size() == 2) {
      matrixOfOutput.put(outputs.get(0), inputs.get(1));
    } else if (operator.equals("Add") && inputs.size() == 2) {
      sums.add(List.copyOf(inputs));
    } else if (operator.equals("Identity") && inputs.size() == 1) {
      originals.put(outputs.get(0), inputs.get(0));
    }
  }

  /** Returns the initializers under all names that they have and had. */
  Map<String, WeightReference> resolve(Map<String, WeightReference> initializers) {
    Map<String, WeightReference> stored = new LinkedHashMap<>(initializers);
    originals.forEach((alias, original) -> {
      WeightReference weight = initializers.get(original);
      if (weight != null) {
        stored.putIfAbsent(alias, weight);
      }
    });
    Map<String, WeightReference> named = new LinkedHashMap<>(stored);
    for (List<String> sum : sums) {
      for (int i = 0; i < 2; i++) {
        String bias = sum.get(i);
        String matrix = matrixOfOutput.get(sum.get(1 - i));
        if (matrix != null && bias.endsWith(BIAS) && stored.containsKey(bias)) {
          String layer = bias.substring(0, bias.length() - BIAS.length());
          nameMatrix(named, layer + WEIGHT, stored.get(matrix));
        }
      }
    }
    return named;
  }

  /** The use in the graph decides, even if the matrix has the name already. */
  private static void nameMatrix(
      Map<String, WeightReference> named, String name, @Nullable WeightReference matrix) {
    if (matrix != null && matrix.shape().length == 2) {
      named.put(name, matrix.transpose());
    }
  }
}
