package io.github.bge4j.examples.vectordb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.bge4j.sparse.SparseVector;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VectorDatabasesTest {

  private static final SparseVector VECTOR =
      SparseVector.of(new int[] {0, 6, -1}, new float[] {0.5f, 0.25f, 3.0e-5f});

  private static final SparseVector NEGATIVE = SparseVector.of(new int[] {7}, new float[] {-0.5f});

  @Test
  void qdrant_anyVector_isItsIndicesAndValues() {
    assertThat(Qdrant.collection("lexical")).hasToString("{\"sparse_vectors\":{\"lexical\":{}}}");
    assertThat(Qdrant.point(7, "lexical", VECTOR))
        .hasToString("{\"points\":[{\"id\":7,\"vector\":{\"lexical\":"
            + "{\"indices\":[0,6,4294967295],\"values\":[0.5,0.25,3.0E-5]}}}]}");
    assertThat(Qdrant.query("lexical", NEGATIVE, 10))
        .hasToString("{\"query\":{\"indices\":[7],\"values\":[-0.5]},"
            + "\"using\":\"lexical\",\"limit\":10}");
  }

  @Test
  void milvus_lexicalWeights_areASortedMap() {
    assertThat(Milvus.row(VECTOR.topK(2))).hasToString("{0=0.5, 6=0.25}");
    assertThat(Milvus.row(VECTOR.topK(0))).isEmpty();
  }

  @Test
  void milvus_whatItWouldRefuse_throws() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Milvus.row(NEGATIVE))
        .withMessage("values must not be negative for Milvus: -0.5 at index 7");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Milvus.row(VECTOR))
        .withMessage("indices must be at most 4294967294 for Milvus: 4294967295;"
            + " choose an index space below 2^32");
  }

  @Test
  void pgvector_anyVector_countsFromOne() {
    assertThat(Pgvector.text(VECTOR.topK(2), 7)).isEqualTo("{1:0.5,7:0.25}/7");
    assertThat(Pgvector.text(NEGATIVE, 1_000_000_000)).isEqualTo("{8:-0.5}/1000000000");
    assertThat(Pgvector.text(VECTOR.topK(0), 1)).isEqualTo("{}/1");
  }

  @Test
  void pgvector_indexBeyondTheDimensions_throws() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pgvector.text(NEGATIVE, 7))
        .withMessage(
            "indices must be below the 7 dimensions: 7; give the index space of the mapping");
  }

  @Test
  void pgvector_moreThanItHolds_throws() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pgvector.text(VECTOR, 1L << 32))
        .withMessage("dimensions must be from 1 to 1000000000 for pgvector: 4294967296;"
            + " map into a smaller index space");
    SparseVector large = SparseVector.of(IntStream.range(0, 16_001).toArray(), new float[16_001]);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pgvector.text(large, 20_000))
        .withMessage("a vector must have at most 16000 entries for pgvector: 16001; keep its topK");
    assertThat(Pgvector.text(large.topK(16_000), 20_000)).endsWith(",16000:0.0}/20000");
  }

  @Test
  void main_example_printsEveryForm() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    VectorDatabases.print(new PrintStream(out, true, StandardCharsets.UTF_8));
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("Qdrant   {\"sparse_vectors\":{\"lexical\":{}}}")
        .contains(
            "\"query\":{\"indices\":[276,363,11679],\"values\":[0.17001738,0.26957875,0.25186998]}")
        .contains("Milvus   {32=0.040755156, 83=0.081469566, 276=0.17001738,")
        .contains("pgvector {33:0.040755156,84:0.081469566,")
        .contains("594659=0.08362077", "615851=0.081469566")
        .contains("tokens=250002, indices=222447, collidingTokens=52962, largestGroup=5")
        .contains("own      {32=0.040755156, 83=0.081469566, 276=0.17001738, 335=0.12964639,")
        .contains("text     {");
  }
}
