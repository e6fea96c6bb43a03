package io.github.bge4j.internal.checkpoint;

import io.github.bge4j.ModelException;
import io.github.bge4j.internal.checkpoint.VectorRecipe.LayerNorm;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A layer that is small enough to be read whole: a head, a dense module, a normalisation.
 *
 * @param origin what messages call the file
 * @param name of the layer with a point behind it, or empty
 */
record SmallLayer(
    String origin,
    String name,
    WeightReference weight,
    @Nullable WeightReference bias) {

  /** For {@link #linear}: as many outputs as the file has. */
  static final long ANY_SIZE = -1;

  private static final String WEIGHT = "weight";
  private static final String BIAS = "bias";

  /** Far above any model; the layer lives in memory. */
  private static final long MAX_OUTPUTS = 16_384;

  /**
   * Reads the first of some files that is there.
   *
   * @param files names in the folder, the best first: {@code *.safetensors}, or of PyTorch
   * @throws ModelException if the file is damaged or holds anything but one layer
   */
  static Optional<SmallLayer> find(Path folder, List<String> files) {
    for (String file : files) {
      Path path = folder.resolve(file);
      if (Files.exists(path)) {
        return Optional.of(only(path.toString(), WeightFiles.references(path)));
      }
    }
    return Optional.empty();
  }

  /** Finds a layer among other weights. */
  static Optional<SmallLayer> find(
      String origin, Map<String, WeightReference> weights, String layer) {
    Map<String, WeightReference> own = new LinkedHashMap<>();
    weights.forEach((name, weight) -> {
      if (name.startsWith(layer + ".")) {
        own.put(name, weight);
      }
    });
    return own.isEmpty() ? Optional.empty() : Optional.of(only(origin, own));
  }

  /** Anything beside the layer would change what it means. */
  private static SmallLayer only(String origin, Map<String, WeightReference> weights) {
    String weight = weights.keySet().stream()
        .filter(name -> name.equals(WEIGHT) || name.endsWith("." + WEIGHT))
        .findFirst()
        .orElse(WEIGHT);
    String layer = weight.substring(0, weight.length() - WEIGHT.length());
    int known = (weights.containsKey(weight) ? 1 : 0) + (weights.containsKey(layer + BIAS) ? 1 : 0);
    WeightReference found = weights.get(weight);
    if (found == null || known != weights.size()) {
      throw new ModelException("a layer must have a weight, perhaps a bias, and nothing else: "
          + weights.keySet().stream().limit(Weights.MAX_LISTED).toList() + ", in " + origin
          + "; save the state_dict() of that one layer");
    }
    return new SmallLayer(origin, layer, found, weights.get(layer + BIAS));
  }

  /**
   * Returns a linear layer; reads it to check its values.
   *
   * @param out its outputs, or {@link #ANY_SIZE}
   * @param in its inputs
   * @throws ModelException if it has another shape, or a value that is not finite
   */
  Linear linear(long out, long in) {
    long outputs = out == ANY_SIZE && weight.shape().length > 0 ? weight.shape()[0] : out;
    if (outputs < 1 || outputs > MAX_OUTPUTS) {
      throw new ModelException("a layer must have from 1 to " + MAX_OUTPUTS + " outputs: " + outputs
          + ", in " + origin + "; the file is damaged");
    }
    return new Linear(checkedWeight(outputs, in), checkedBias(outputs));
  }

  /**
   * Returns a normalisation; reads it to check its values.
   *
   * @throws ModelException if it has another size, or a value that is not finite
   */
  LayerNorm norm(long size) {
    return new LayerNorm(checkedWeight(size), checkedBias(size));
  }

  private WeightReference checkedWeight(long... shape) {
    weight.require(name + WEIGHT, shape).toFiniteFloats(name + WEIGHT);
    return weight;
  }

  /** A layer without a bias has one of zeros. */
  private WeightReference checkedBias(long size) {
    if (bias == null) {
      return zeros(size);
    }
    bias.require(name + BIAS, size).toFiniteFloats(name + BIAS);
    return bias;
  }

  private static WeightReference zeros(long size) {
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(size * Float.BYTES));
    return WeightReference.rowMajor(
        Region.ofMemory("no bias", bytes), DType.F32, new long[] {size});
  }
}
