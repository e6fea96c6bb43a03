package io.github.bge4j.internal.graph;

import io.github.bge4j.internal.checkpoint.DType;
import io.github.bge4j.internal.checkpoint.Region;
import io.github.bge4j.internal.checkpoint.WeightReference;
import io.github.bge4j.internal.checkpoint.Weights;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Gives a graph its weights: vectors go into the graph itself; matrices stay where they lie if
 * their bytes are usable as they are, and are written once to a cache if not. Not thread-safe; used
 * once.
 */
final class WeightBinder {

  /**
   * A matrix in the graph.
   *
   * @param outputsFirst whether it lies as {@code [out, in]}, as PyTorch has it, or as {@code [in,
   *     out]}
   */
  record Matrix(String name, boolean outputsFirst) {}

  /** A matrix in a file, with the shape in which it lies there. */
  private record Placed(Path file, long offset, long rows, long columns) {}

  private final Weights weights;
  private final OnnxGraphBuilder graph;
  private final Map<String, Placed> inPlace = new LinkedHashMap<>();
  private final Map<String, WeightReference> toConvert = new LinkedHashMap<>();

  WeightBinder(Weights weights, OnnxGraphBuilder graph) {
    this.weights = weights;
    this.graph = graph;
  }

  /** Adds a vector. */
  String vector(String name, int size) {
    return graph.constant(name, weights.get(name, size).toFiniteFloats(name), size);
  }

  /** Adds the first row of a small table as a vector. */
  String firstRow(String name, int rows, int columns) {
    float[] table = weights.get(name, rows, columns).toFiniteFloats(name);
    return graph.constant(name, Arrays.copyOf(table, columns), columns);
  }

  /** Adds a table, {@code [rows, columns]}. */
  String table(String name, int rows, int columns) {
    WeightReference table = weights.get(name, rows, columns);
    if (!place(name, table, table.isRowMajor(), rows, columns)) {
      toConvert.put(name, table);
    }
    return name;
  }

  /** Adds the matrix of a linear layer. */
  Matrix matrix(String name, int out, int in) {
    WeightReference matrix = weights.get(name, out, in);
    if (place(name, matrix, matrix.isRowMajor(), out, in)) {
      return new Matrix(name, true);
    }
    if (place(name, matrix, matrix.isTransposed(), in, out)) {
      return new Matrix(name, false);
    }
    toConvert.put(name, matrix);
    return new Matrix(name, true);
  }

  private boolean place(
      String name, WeightReference weight, boolean layoutFits, long rows, long columns) {
    Region data = weight.data();
    if (layoutFits && weight.dtype() == DType.F32 && data.path().isPresent()) {
      weight.sampleFinite(name);
      inPlace.put(name, new Placed(data.path().get(), data.offset(), rows, columns));
      return true;
    }
    return false;
  }

  /**
   * Points the graph to the bytes of all matrices; called once, after the last weight was added.
   *
   * @return the folder that the locations in the graph are relative to
   */
  Path finish(WeightCache cache) {
    if (!toConvert.isEmpty()) {
      WeightCache.Entry entry = cache.get(toConvert);
      int i = 0;
      for (Map.Entry<String, WeightReference> weight : toConvert.entrySet()) {
        long[] shape = weight.getValue().shape();
        inPlace.put(
            weight.getKey(), new Placed(entry.file(), entry.offsets()[i++], shape[0], shape[1]));
      }
    }
    FileTree tree = FileTree.of(inPlace.values().stream().map(Placed::file).toList());
    inPlace.forEach((name, placed) -> graph.external(
        name,
        tree.location(placed.file()),
        placed.offset(),
        placed.rows() * placed.columns() * Float.BYTES,
        placed.rows(),
        placed.columns()));
    return tree.root();
  }
}
