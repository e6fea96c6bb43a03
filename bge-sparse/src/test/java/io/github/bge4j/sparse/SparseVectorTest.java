package io.github.bge4j.sparse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
            "indices must be unique and ascending: 4294967295 stands before 5 at position 1; sort them, or call ofUnsorted");
  }

  @Test
  void of_sameIndexTwice_throws() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SparseVector.of(new int[] {5, 5}, new float[] {1, 2}))
        .withMessage(
            "indices must be unique and ascending: 5 stands before 5 at position 1; sort them, or call ofUnsorted");
  }

  @Test
  void of_lengthsDiffer_throws() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SparseVector.of(new int[] {1, 2, 3}, new float[] {1, 2, 3, 4}))
        .withMessage("indices and values must have one length: 3 != 4; give every index its value");
  }

  @Test
  void of_valueNotFinite_throws() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SparseVector.of(new int[] {1, 2}, new float[] {1, Float.NaN}))
        .withMessage("values must be finite: NaN at position 1; leave its index out");
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

  @Test
  void ofUnsorted_anyOrder_sortsUnsigned() {
    assertThat(SparseVector.ofUnsorted(new int[] {-1, 7, 1}, new float[] {3, 2, 1}))
        .isEqualTo(SparseVector.of(new int[] {1, 7, -1}, new float[] {1, 2, 3}));
  }

  @Test
  void ofUnsorted_indexTwice_throws() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SparseVector.ofUnsorted(
            new int[] {-1, 7, -1}, new float[] {Float.MAX_VALUE, 2, Float.MAX_VALUE}))
        .withMessage("indices must be unique: 4294967295 comes twice; add up its values first");
  }

  @Test
  void ofUnsorted_wrongArrays_throws() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SparseVector.ofUnsorted(new int[2], new float[1]))
        .withMessage("indices and values must have one length: 2 != 1; give every index its value");
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            SparseVector.ofUnsorted(new int[] {2, 1}, new float[] {1, Float.NEGATIVE_INFINITY}))
        .withMessage("values must be finite: -Infinity at position 1; leave its index out");
  }

  @Test
  void ofUnsorted_lists_takesAnyNumbers() {
    assertThat(SparseVector.ofUnsorted(List.of(4_294_967_295L, 7, 1.0), List.of(3, 0.1, -1f)))
        .isEqualTo(SparseVector.of(new int[] {1, 7, -1}, new float[] {-1, 0.1f, 3}));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SparseVector.ofUnsorted(List.of(1, 2), List.of(1)))
        .withMessage("indices and values must have one length: 2 != 1; give every index its value");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SparseVector.ofUnsorted(List.of(1, 1L), List.of(1, 2)))
        .withMessage("indices must be unique: 1 comes twice; add up its values first");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SparseVector.ofUnsorted(List.of(1), List.of(1e39)))
        .withMessage("values must be finite: Infinity at position 0; leave its index out");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, 4_294_967_296.0, 0.5, Double.NaN, 1e300})
  void ofMap_keyThatIsNoIndex_throws(double key) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SparseVector.ofMap(Map.of(key, 1f)))
        .withMessage("indices must be whole numbers from 0 to 4294967295: " + key
            + "; pass ids of tokens, or what a mapping gave");
  }

  @Test
  void ofMap_negativeInteger_throws() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SparseVector.ofMap(Map.of(-1, 1f)))
        .withMessage(
            "indices must be whole numbers from 0 to 4294967295: -1; pass ids of tokens, or what a mapping gave");
  }

  @Test
  void conversions_andBack_giveTheSameVector() {
    SparseVector vector = SparseVector.of(new int[] {0, 7, -1}, new float[] {-0f, 0.25f, -3});
    assertThat(vector.toMap())
        .containsExactly(entry(0L, -0f), entry(7L, 0.25f), entry(4_294_967_295L, -3f));
    assertThat(SparseVector.ofMap(vector.toMap())).isEqualTo(vector);
    assertThat(vector.indexList()).containsExactly(0L, 7L, 4_294_967_295L);
    assertThat(vector.valueList()).containsExactly(-0f, 0.25f, -3f);
    assertThat(SparseVector.ofUnsorted(vector.indexList(), vector.valueList())).isEqualTo(vector);
    assertThat(SparseVector.of(vector.indices(), vector.values())).isEqualTo(vector);
  }

  @Test
  void toMap_changed_throws() {
    SparseVector vector = SparseVector.of(new int[] {1}, new float[] {2});
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> vector.toMap().put(2L, 1f));
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> vector.indexList().set(0, 1L));
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> vector.valueList().set(0, 1f));
  }

  @Test
  void equals_anythingDifferent_isFalse() {
    SparseVector vector = SparseVector.of(new int[] {1}, new float[] {0});
    assertThat(vector).isNotEqualTo(SparseVector.of(new int[] {2}, new float[] {0}));
    assertThat(vector).isNotEqualTo(SparseVector.of(new int[] {1}, new float[] {-0f}));
    assertThat(vector).isNotEqualTo(SparseVector.of(new int[0], new float[0]));
    assertThat(vector).isNotEqualTo(Map.of(1L, 0f));
  }

  @Test
  void topK_fewerThanThereAre_keepsTheFarthestFromZero() {
    SparseVector vector =
        SparseVector.of(new int[] {1, 2, 3, 4, -1}, new float[] {0.5f, -3, 0.5f, 0, 2});
    assertThat(vector.topK(0).size()).isZero();
    assertThat(vector.topK(2)).isEqualTo(SparseVector.of(new int[] {2, -1}, new float[] {-3, 2}));
    assertThat(vector.topK(3))
        .isEqualTo(SparseVector.of(new int[] {1, 2, -1}, new float[] {0.5f, -3, 2}));
    assertThat(vector.topK(5)).isEqualTo(vector);
    assertThat(vector.topK(9)).isEqualTo(vector);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> vector.topK(-1))
        .withMessage("k must not be negative: -1; 0 leaves no entry");
  }

  @Test
  void prune_threshold_keepsWhatReachesIt() {
    SparseVector vector = SparseVector.of(new int[] {1, 2, 3, 4}, new float[] {0.5f, -3, 0.4f, 0});
    assertThat(vector.prune(0.5f))
        .isEqualTo(SparseVector.of(new int[] {1, 2}, new float[] {0.5f, -3}));
    assertThat(vector.prune(0)).isEqualTo(vector);
    assertThat(vector.prune(Float.POSITIVE_INFINITY).size()).isZero();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> vector.prune(Float.NaN))
        .withMessage("least magnitude must be 0 or more: NaN; 0 leaves all entries");
    assertThatIllegalArgumentException().isThrownBy(() -> vector.prune(-1));
  }

  @Test
  void norm_extremes_neitherOverflowsNorVanishes() {
    assertThat(SparseVector.of(new int[] {1, 2}, new float[] {3, -4}).norm()).isEqualTo(5);
    assertThat(SparseVector.of(new int[0], new float[0]).norm()).isZero();
    assertThat(SparseVector.of(new int[] {1}, new float[] {Float.MAX_VALUE}).norm())
        .isEqualTo(Float.MAX_VALUE);
    assertThat(SparseVector.of(new int[] {1}, new float[] {Float.MIN_VALUE}).norm())
        .isEqualTo(Float.MIN_VALUE);
  }

  @Test
  void normalized_anyVector_hasLengthOneOrStaysShort() {
    assertThat(SparseVector.of(new int[] {1, 2}, new float[] {3, -4}).normalized())
        .isEqualTo(SparseVector.of(new int[] {1, 2}, new float[] {0.6f, -0.8f}));
    SparseVector zero = SparseVector.of(new int[] {1}, new float[] {0});
    assertThat(zero.normalized()).isEqualTo(zero);
    assertThat(SparseVector.of(new int[] {1}, new float[] {1e-13f}).normalized())
        .isEqualTo(SparseVector.of(new int[] {1}, new float[] {0.1f}));
  }
}
