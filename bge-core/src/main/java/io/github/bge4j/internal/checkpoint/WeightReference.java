package io.github.bge4j.internal.checkpoint;

import io.github.bge4j.ModelException;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Where a weight lies and how it is laid out there; the weight itself is not loaded.
 *
 * @param data from the first element to the last, little-endian
 * @param dtype how an element is stored
 * @param shape as PyTorch has it, {@code [out, in]} for a linear layer; not copied
 * @param strides elements from one index to the next, for each dimension; not copied
 */
public record WeightReference(Region data, DType dtype, long[] shape, long[] strides) {

  private static final int MAX_DIMENSIONS = 8;
  private static final int MAX_ARRAY_LENGTH = Integer.MAX_VALUE - 8;

  /** Of a weight that is too large to be looked at whole; a page of memory each. */
  private static final long SAMPLES = 8;

  private static final long SAMPLE_BYTES = 4096;

  /** References a weight that fills a region in row-major order. */
  public static WeightReference rowMajor(Region data, DType dtype, long[] shape) {
    long elements = elements(data, shape);
    if (elements > data.length() || elements * dtype.bytes() != data.length()) {
      throw new ModelException(
          "a weight of " + dtype + Arrays.toString(shape) + " must have " + dtype.bytes() + " * "
              + elements + " bytes: " + data.length() + ", in " + data.name()
              + "; the file is damaged");
    }
    return new WeightReference(data, dtype, shape, rowMajorStrides(shape));
  }

  /**
   * References a view of a region, as PyTorch stores one.
   *
   * @param first index of the first element in the storage
   */
  static WeightReference strided(
      Region storage, DType dtype, long first, long[] shape, long[] strides) {
    long elements = elements(storage, shape);
    long available = storage.length() / dtype.bytes();
    long span = span(elements, shape, strides);
    // More elements than their span has repeat some, which no weight does.
    if (first < 0 || elements > span || span > available - first) {
      throw new ModelException("a weight must lie inside its storage: element " + first + ", shape "
          + Arrays.toString(shape) + ", strides " + Arrays.toString(strides) + " of "
          + available + " elements, in " + storage.name() + "; the file is damaged");
    }
    Region data = storage.slice(first * dtype.bytes(), span * dtype.bytes());
    return new WeightReference(data, dtype, shape, strides);
  }

  /**
   * Returns this weight, which must be of a known shape.
   *
   * @param name what messages call it
   * @throws ModelException if it is of another shape, or not floating
   */
  WeightReference require(String name, long... wanted) {
    if (!Arrays.equals(shape, wanted) || !dtype.isFloating()) {
      throw new ModelException("weight " + name + " must be floating of shape "
          + Arrays.toString(wanted) + ": " + dtype + Arrays.toString(shape) + ", in "
          + data.name() + "; do config.json and weights belong together?");
    }
    return this;
  }

  /** Returns how many elements it has. */
  public long elements() {
    return elements(data, shape);
  }

  /** Returns whether the bytes are the weight in row-major order. */
  public boolean isRowMajor() {
    return hasStrides(rowMajorStrides(shape));
  }

  /**
   * Returns whether the bytes are the row-major transpose of the matrix: {@code [in, out]}, as ONNX
   * exports have it for {@code MatMul}.
   */
  public boolean isTransposed() {
    return shape.length == 2 && hasStrides(new long[] {1, shape[0]});
  }

  /** Returns the transpose of a matrix, which lies in the same bytes. */
  public WeightReference transpose() {
    return new WeightReference(
        data, dtype, new long[] {shape[1], shape[0]}, new long[] {strides[1], strides[0]});
  }

  /**
   * Reads the weight. Takes 4 bytes an element, and as much again if it is not row-major.
   *
   * @return the elements in row-major order of {@link #shape}, the caller's own
   * @throws ModelException if the type is not floating, the file cannot be read, or it is too large
   *     for an array
   */
  public float[] toFloats() {
    if (!dtype.isFloating()) {
      throw new ModelException(
          "a weight must be stored as F16, BF16, F32 or F64: " + dtype + ", in " + data.name());
    }
    float[] stored = readStored();
    return isRowMajor() ? stored : gather(stored);
  }

  /**
   * Reads the weight as {@link #toFloats} does.
   *
   * @param name what messages call it
   * @throws ModelException also if a value is not finite, or F64 and too large for a float
   */
  public float[] toFiniteFloats(String name) {
    float[] floats = toFloats();
    checkFinite(name, floats);
    return floats;
  }

  /**
   * Checks values that are spread over the weight; all, if it is small. Reads at most
   * {@value #SAMPLES} times {@value #SAMPLE_BYTES} bytes.
   *
   * @param name what messages call it
   * @throws ModelException if one of these is not finite
   */
  public void sampleFinite(String name) {
    if (data.length() <= SAMPLES * SAMPLE_BYTES) {
      checkFinite(name, readStored());
      return;
    }
    long last = (data.length() - SAMPLE_BYTES) / dtype.bytes();
    for (long i = 0; i < SAMPLES; i++) {
      long first = last * i / (SAMPLES - 1) * dtype.bytes();
      Region sample = data.slice(first, SAMPLE_BYTES);
      float[] floats = new float[(int) SAMPLE_BYTES / dtype.bytes()];
      sample.forEachChunk(chunk -> dtype.toFloats(chunk, floats, 0));
      checkFinite(name, floats);
    }
  }

  private void checkFinite(String name, float[] floats) {
    for (float value : floats) {
      if (!Float.isFinite(value)) {
        throw new ModelException("every value of a weight must be finite: " + value + " in weight "
            + name + ", in " + data.name()
            + "; the training failed or the file is damaged, use another checkpoint");
      }
    }
  }

  private float[] readStored() {
    long count = data.length() / dtype.bytes();
    if (Math.max(count, elements()) > MAX_ARRAY_LENGTH) {
      throw new ModelException("a weight that is read must fit an array: " + elements()
          + " elements, in " + data.name());
    }
    float[] stored = new float[(int) count];
    int[] filled = {0};
    data.forEachChunk(chunk -> {
      int elements = chunk.remaining() / dtype.bytes();
      dtype.toFloats(chunk, stored, filled[0]);
      filled[0] += elements;
    });
    return stored;
  }

  /**
   * Hands over the elements in row-major order, in chunks that are good for one call only. A weight
   * that does not lie in row-major order is read whole.
   *
   * @param name what messages call it
   * @throws ModelException as {@link #toFiniteFloats}
   */
  public void forEachFiniteFloats(String name, Consumer<float[]> reader) {
    if (!isRowMajor() || !dtype.isFloating()) {
      reader.accept(toFiniteFloats(name));
      return;
    }
    data.forEachChunk(chunk -> {
      float[] floats = new float[chunk.remaining() / dtype.bytes()];
      dtype.toFloats(chunk, floats, 0);
      checkFinite(name, floats);
      reader.accept(floats);
    });
  }

  private float[] gather(float[] stored) {
    float[] result = new float[(int) elements()];
    long[] index = new long[shape.length];
    int from = 0;
    for (int i = 0; i < result.length; i++) {
      result[i] = stored[from];
      for (int d = shape.length - 1; d >= 0; d--) {
        from += (int) strides[d];
        if (++index[d] < shape[d]) {
          break;
        }
        from -= (int) (strides[d] * shape[d]);
        index[d] = 0;
      }
    }
    return result;
  }

  /** The stride of a dimension with one index is never used. */
  private boolean hasStrides(long[] wanted) {
    for (int d = 0; d < shape.length; d++) {
      if (shape[d] > 1 && strides[d] != wanted[d]) {
        return false;
      }
    }
    return true;
  }

  private static long[] rowMajorStrides(long[] shape) {
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int d = shape.length - 1; d >= 0; d--) {
      strides[d] = stride;
      stride *= shape[d];
    }
    return strides;
  }

  private static long elements(Region source, long[] shape) {
    long elements = shape.length > MAX_DIMENSIONS ? -1 : 1;
    for (long size : shape) {
      boolean fits = elements >= 0 && size >= 0 && Math.multiplyHigh(elements, size) == 0;
      elements = fits ? elements * size : -1;
    }
    if (elements < 0) {
      throw new ModelException(
          "a weight must have at most " + MAX_DIMENSIONS + " dimensions of sizes that can be: "
              + Arrays.toString(shape) + ", in " + source.name() + "; the file is damaged");
    }
    return elements;
  }

  /** Elements from the first to the last, or -1 if the strides lead out of any storage. */
  private static long span(long elements, long[] shape, long[] strides) {
    if (strides.length != shape.length) {
      return -1;
    }
    if (elements == 0) {
      return 0;
    }
    long span = 1;
    for (int d = 0; d < shape.length; d++) {
      if (strides[d] < 0 || Math.multiplyHigh(shape[d] - 1, strides[d]) != 0) {
        return -1;
      }
      span += (shape[d] - 1) * strides[d];
      if (span < 1) {
        return -1;
      }
    }
    return span;
  }
}
