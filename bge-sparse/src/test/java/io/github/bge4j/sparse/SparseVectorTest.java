package io.github.bge4j.sparse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class SparseVectorTest {

  @Test
  void of_arraysChangedAfterwards_keepsItsOwnCopy() {
    int[] indices = {1, 7};
    float[] values = {0.5f, 0.25f};
    SparseVector vector = SparseVector.of(indices, values);
    indices[0] = 3;
    values[0] = 9;
    vector.indices()[1] = 2;
    assertThat(vector).isEqualTo(SparseVector.of(new int[] {1, 7}, new float[] {0.5f, 0.25f}));
    assertThat(vector)
        .hasSameHashCodeAs(SparseVector.of(new int[] {1, 7}, new float[] {0.5f, 0.25f}));
    assertThat(vector.size()).isEqualTo(2);
    assertThat(vector.values()).containsExactly(0.5f, 0.25f);
  }

  @Test
  void of_indicesAboveIntegerRange_ordersThemUnsigned() {
    int largest = (int) 4_294_967_295L;
    assertThat(SparseVector.of(new int[] {5, largest}, new float[] {1, 2}).size())
        .isEqualTo(2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SparseVector.of(new int[] {largest, 5}, new float[] {1, 2}))
        .withMessage(
            "indices must be unique and ascending: 4294967295 stands before 5 at position 1");
  }

  @Test
  void of_sameIndexTwice_throws() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SparseVector.of(new int[] {5, 5}, new float[] {1, 2}))
        .withMessage("indices must be unique and ascending: 5 stands before 5 at position 1");
  }

  @Test
  void of_lengthsDiffer_throws() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SparseVector.of(new int[] {1, 2, 3}, new float[] {1, 2, 3, 4}))
        .withMessage("indices and values must have one length: 3 != 4");
  }

  @Test
  void of_valueNotFinite_throws() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SparseVector.of(new int[] {1, 2}, new float[] {1, Float.NaN}))
        .withMessage("values must be finite: NaN at position 1");
  }

  @Test
  void dot_someIndicesShared_sumsTheirProducts() {
    SparseVector a = SparseVector.of(new int[] {1, 4, 9}, new float[] {2, 3, 5});
    SparseVector b = SparseVector.of(new int[] {0, 4, 9, 12}, new float[] {7, 0.5f, 2, 11});
    assertThat(a.dot(b)).isEqualTo(11.5);
    assertThat(b.dot(a)).isEqualTo(11.5);
  }

  @Test
  void dot_nothingShared_isZero() {
    SparseVector a = SparseVector.of(new int[] {1}, new float[] {2});
    assertThat(a.dot(SparseVector.of(new int[0], new float[0]))).isZero();
    assertThat(a.dot(SparseVector.of(new int[] {2}, new float[] {1}))).isZero();
  }

  @Test
  void toString_anyVector_namesTheSizeOnly() {
    assertThat(SparseVector.of(new int[] {1}, new float[] {2}))
        .hasToString("SparseVector[1 entries]");
  }
}
