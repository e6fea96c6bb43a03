package io.github.bge4j.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bge4j.ModelException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WeightReferenceTest {

  private static final Region SIX = floats(1, 2, 3, 4, 5, 6);

  @Test
  void rowMajor_matrix_readsAsItLies() {
    WeightReference weight = WeightReference.rowMajor(SIX, DType.F32, new long[] {2, 3});
    assertThat(weight.isRowMajor()).isTrue();
    assertThat(weight.isTransposed()).isFalse();
    assertThat(weight.toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void transpose_matrix_readsTransposed() {
    WeightReference weight =
        WeightReference.rowMajor(SIX, DType.F32, new long[] {2, 3}).transpose();
    assertThat(weight.shape()).containsExactly(3, 2);
    assertThat(weight.isRowMajor()).isFalse();
    assertThat(weight.isTransposed()).isTrue();
    assertThat(weight.toFloats()).containsExactly(1, 4, 2, 5, 3, 6);
  }

  @Test
  void strided_everyOther_readsThose() {
    WeightReference weight =
        WeightReference.strided(SIX, DType.F32, 1, new long[] {3}, new long[] {2});
    assertThat(weight.isRowMajor()).isFalse();
    assertThat(weight.data().offset()).isEqualTo(4);
    assertThat(weight.data().length()).isEqualTo(20);
    assertThat(weight.toFloats()).containsExactly(2, 4, 6);
  }

  @Test
  void strided_oneRowWithAnyStride_isRowMajor() {
    WeightReference weight =
        WeightReference.strided(SIX, DType.F32, 0, new long[] {1, 6}, new long[] {0, 1});
    assertThat(weight.isRowMajor()).isTrue();
    assertThat(weight.toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void strided_noElements_readsEmpty() {
    WeightReference weight =
        WeightReference.strided(SIX, DType.F32, 6, new long[] {0, 4}, new long[] {4, 1});
    assertThat(weight.toFloats()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 7, 1",
    "1, 6, 1",
    "0, 3, 3",
    "-1, 2, 1",
    "0, -1, 1",
    "5, 2, -1",
    "0, 4, 0",
    "9223372036854775807, 1, 1",
    "0, 9223372036854775807, 1",
    "0, 2, 9223372036854775807",
    "0, 3, 4611686018427387904"
  })
  void strided_outsideStorage_throws(long first, long size, long stride) {
    assertThatThrownBy(() ->
            WeightReference.strided(SIX, DType.F32, first, new long[] {size}, new long[] {stride}))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("test file");
  }

  @Test
  void rowMajor_wrongLength_throws() {
    assertThatThrownBy(() -> WeightReference.rowMajor(SIX, DType.F32, new long[] {2, 4}))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("a weight of F32[2, 4] must have 4 * 8 bytes: 24");
  }

  @Test
  void rowMajor_sizesThatOverflow_throws() {
    long[] shape = {1L << 32, 1L << 32};
    assertThatThrownBy(() -> WeightReference.rowMajor(SIX, DType.F32, shape))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("sizes that can be");
  }

  @Test
  void toFloats_integers_throws() {
    WeightReference ids = WeightReference.rowMajor(SIX, DType.I64, new long[] {3});
    assertThatThrownBy(ids::toFloats)
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("must be stored as F16, BF16, F32 or F64: I64");
  }

  @Test
  void toFiniteFloats_doubleTooLargeForFloat_throws() {
    ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(0, 1e39);
    WeightReference weight =
        WeightReference.rowMajor(TestFiles.memory(bytes.array()), DType.F64, new long[] {1});
    assertThatThrownBy(() -> weight.toFiniteFloats("a"))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(
            "every value of a weight must be finite: Infinity in weight a, in test file");
  }

  @ParameterizedTest
  @CsvSource({"0", "7999", "4000"})
  void sampleFinite_smallWeight_looksAtEveryValue(int at) {
    float[] values = new float[8000];
    values[at] = Float.NEGATIVE_INFINITY;
    assertThatThrownBy(() -> vector(values).sampleFinite("a"))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("-Infinity in weight a");
  }

  /** Both ends are always looked at, and what goes wrong in training goes wrong in whole rows. */
  @ParameterizedTest
  @CsvSource({"0, 1", "99999, 1", "40000, 16000"})
  void sampleFinite_largeWeight_looksHereAndThere(int from, int count) {
    float[] values = new float[100_000];
    vector(values).sampleFinite("a");
    Arrays.fill(values, from, from + count, Float.NaN);
    assertThatThrownBy(() -> vector(values).sampleFinite("a"))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("NaN in weight a");
  }

  private static WeightReference vector(float... values) {
    return WeightReference.rowMajor(floats(values), DType.F32, new long[] {values.length});
  }

  private static Region floats(float... values) {
    ByteBuffer buffer = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      buffer.putFloat(value);
    }
    return TestFiles.memory(buffer.array());
  }
}
