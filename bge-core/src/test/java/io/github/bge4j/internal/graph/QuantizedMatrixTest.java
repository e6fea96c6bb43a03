package io.github.bge4j.internal.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bge4j.ModelException;
import io.github.bge4j.internal.checkpoint.DType;
import io.github.bge4j.internal.checkpoint.Region;
import io.github.bge4j.internal.checkpoint.WeightReference;
import io.github.bge4j.testing.Seeds;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class QuantizedMatrixTest {

  private static final int[] NO_CHANGE = {};

  @TempDir
  private Path folder;

  static LongStream seeds() {
    return Seeds.upTo(20).stream();
  }

  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void write_randomMatrix_isWithinHalfAStep(long seed) {
    Random random = new Random(seed);
    int out = 1 + random.nextInt(30);
    int in = 1 + random.nextInt(30);
    float[] weights = new float[out * in];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(4) - 2));
    }
    int[] exponents = random.nextBoolean() ? NO_CHANGE : random.ints(in, 0, 6).toArray();

    Tensors tensors = convert(weights, out, in, exponents);
    for (int row = 0; row < out; row++) {
      int largest = 0;
      for (int column = 0; column < in; column++) {
        int integer = tensors.integers[column * out + row];
        float scale = tensors.scales[row];
        double exact = weights[row * in + column]
            * (exponents.length == 0 ? 1 : Math.pow(2, exponents[column]));
        assertThat((double) integer * scale).isCloseTo(exact, within(scale * 0.5001));
        largest = Math.max(largest, Math.abs(integer));
      }
      assertThat(largest).isEqualTo(63);
    }
  }

  /** Holds on every processor; {@link QuantizedLayersTest} shows it on this one. */
  @Test
  void limit_twoLargestProducts_fit16Bits() {
    assertThat(2 * 255 * QuantizedMatrix.LIMIT).isLessThanOrEqualTo(Short.MAX_VALUE);
  }

  @Test
  void write_rowOfZeros_staysZero() {
    Tensors tensors = convert(new float[] {0, 0, 2, -2}, 2, 2, NO_CHANGE);
    assertThat(tensors.scales).containsExactly(0, 2f / 63);
    assertThat(tensors.integers).containsExactly(0, 63, 0, -63);
  }

  @Test
  void write_smallestFloats_staysInBounds() {
    Tensors tensors =
        convert(new float[] {94 * Float.MIN_VALUE, -Float.MIN_VALUE}, 1, 2, NO_CHANGE);
    assertThat(tensors.integers).containsExactly(63, -1);
  }

  @Test
  void write_columnsThatOverflow_areRefused() {
    assertThatThrownBy(() -> convert(new float[] {1, Float.MAX_VALUE}, 1, 2, new int[] {0, 3}))
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith(
            "weights must be far from the largest float: row 0 of weight w is not, in test");
  }

  @Test
  void write_notFinite_namesTheWeight() {
    assertThatThrownBy(() -> convert(new float[] {1, Float.NaN}, 1, 2, NO_CHANGE))
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith("every value of a weight must be finite: NaN in weight w");
  }

  @Test
  void method_otherExponents_isAnother() {
    WeightReference weight = reference(new float[] {1, 2}, 1, 2);
    assertThat(new QuantizedMatrix("w", weight, new int[] {1, 0}).method())
        .isNotEqualTo(new QuantizedMatrix("w", weight, new int[] {0, 1}).method())
        .isNotEqualTo(new QuantizedMatrix("w", weight, NO_CHANGE).method());
  }

  private record Tensors(byte[] integers, float[] scales) {}

  private Tensors convert(float[] weights, int out, int in, int[] exponents) {
    QuantizedMatrix matrix = new QuantizedMatrix("w", reference(weights, out, in), exponents);
    Map<String, WeightReference> made = new WeightCache(folder).get(List.of(matrix));
    WeightReference integers = Objects.requireNonNull(made.get(matrix.integers()));
    WeightReference scales = Objects.requireNonNull(made.get(matrix.scales()));
    assertThat(integers.shape()).containsExactly(in, out);
    assertThat(scales.shape()).containsExactly(out);
    byte[] bytes = new byte[in * out];
    integers.data().forEachChunk(chunk -> chunk.get(bytes));
    return new Tensors(bytes, scales.toFloats());
  }

  static WeightReference reference(float[] weights, int out, int in) {
    ByteBuffer bytes =
        ByteBuffer.allocate(weights.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(weights);
    return WeightReference.rowMajor(
        Region.ofMemory("test", bytes), DType.F32, new long[] {out, in});
  }
}
