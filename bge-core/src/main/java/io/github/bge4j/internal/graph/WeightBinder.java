package io.github.bge4j.internal.graph;

import io.github.bge4j.ModelException;
import io.github.bge4j.internal.checkpoint.DType;
import io.github.bge4j.internal.checkpoint.WeightReference;
import io.github.bge4j.internal.checkpoint.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Gives a graph its weights: vectors go into the graph itself; matrices stay where they lie if
 * their bytes are usable as they are, and are written once to a cache if not. Not thread-safe; used
 * once.
 *
 * <p>ONNX Runtime takes external data only from below one folder, after it has followed links; so
 * links are followed here, too, and nothing is ever written beside a model.
 */
final class WeightBinder {

  private final Weights weights;
  private final OnnxGraphBuilder graph;

  /** In files, in row-major order and a type that the graph takes. */
  private final Map<String, WeightReference> usable = new LinkedHashMap<>();

  /** Tables are in a file of their own, which a model in fp32 and in integers shares. */
  private final List<Conversion> tables = new ArrayList<>();

  private final List<Conversion> matrices = new ArrayList<>();

  WeightBinder(Weights weights, OnnxGraphBuilder graph) {
    this.weights = weights;
    this.graph = graph;
  }

  /** Adds a vector. */
  String vector(String name, int size, DType type) {
    return constant(name, values(name, size), type);
  }

  /** Adds a vector that was computed. */
  String constant(String name, float[] values, DType type) {
    FloatConversion.requireRange(name, values, type);
    return graph.constant(name, type, values, values.length);
  }

  /** Returns the values of a weight, row-major, which is not added by this. */
  float[] values(String name, long... shape) {
    return weights.get(name, shape).toFiniteFloats(name);
  }

  /** Adds the first row of a small table as a vector. */
  String firstRow(String name, int rows, int columns, DType type) {
    return constant(name, Arrays.copyOf(values(name, rows, columns), columns), type);
  }

  /** Adds a table, {@code [rows, columns]}. */
  String table(String name, int rows, int columns, DType type) {
    WeightReference table = weights.get(name, rows, columns);
    if (!use(name, table, type)) {
      tables.add(new FloatConversion(name, table, type));
    }
    return name;
  }

  /**
   * Adds the matrix of a linear layer.
   *
   * @return whether it lies as {@code [out, in]}, as PyTorch has it, or as {@code [in, out]}
   */
  boolean matrix(String name, int out, int in, DType type) {
    WeightReference matrix = weights.get(name, out, in);
    if (use(name, matrix, type)) {
      return true;
    }
    if (matrix.isTransposed() && use(name, matrix.transpose(), type)) {
      return false;
    }
    matrices.add(new FloatConversion(name, matrix, type));
    return true;
  }

  /** Adds the matrix of a linear layer in integers. */
  QuantizedMatrix quantized(String name, int out, int in, int[] exponents) {
    QuantizedMatrix matrix = new QuantizedMatrix(name, weights.get(name, out, in), exponents);
    matrices.add(matrix);
    return matrix;
  }

  /** Takes a weight as it lies, if its bytes can be used. */
  private boolean use(String name, WeightReference weight, DType type) {
    boolean fits =
        weight.isRowMajor() && weight.dtype() == type && weight.data().path().isPresent();
    if (fits) {
      weight.sampleFinite(name);
      usable.put(name, weight);
    }
    return fits;
  }

  /**
   * Points the graph to the bytes of all matrices; called once, after the last weight was added.
   *
   * @return the folder that the locations in the graph are relative to
   * @throws ModelException if a file cannot be read, or two lie on different drives
   */
  Path finish(WeightCache cache) {
    for (List<Conversion> conversions : List.of(tables, matrices)) {
      if (!conversions.isEmpty()) {
        usable.putAll(cache.get(conversions));
      }
    }
    Map<Path, Path> realFiles = new LinkedHashMap<>();
    for (WeightReference weight : usable.values()) {
      realFiles.computeIfAbsent(file(weight), WeightBinder::real);
    }
    Path root = commonFolder(realFiles.values());
    usable.forEach((name, weight) -> graph.external(
        name,
        weight.dtype(),
        location(root, Objects.requireNonNull(realFiles.get(file(weight)))),
        weight.data().offset(),
        weight.data().length(),
        weight.shape()));
    return root;
  }

  private static Path file(WeightReference weight) {
    return weight.data().path().orElseThrow();
  }

  private static Path real(Path file) {
    try {
      return file.toRealPath();
    } catch (IOException e) {
      throw new ModelException("model file must be readable: " + file + ": " + e, e);
    }
  }

  /** The deepest folder above all files. */
  private static Path commonFolder(Collection<Path> files) {
    Path root = null;
    for (Path file : files) {
      root = root == null ? file.getParent() : commonFolder(root, file);
    }
    return Objects.requireNonNull(root);
  }

  private static Path commonFolder(Path root, Path file) {
    Path folder = root;
    while (folder != null && !file.startsWith(folder)) {
      folder = folder.getParent();
    }
    if (folder == null) {
      throw new ModelException("the files of a model must lie on one drive: " + root + " and "
          + file + "; copy them to one folder, or set the cache directory to that drive");
    }
    return folder;
  }

  /** Where a file lies below the root, as ONNX writes it. */
  private static String location(Path root, Path file) {
    return root.relativize(file).toString().replace('\\', '/');
  }
}
