package io.github.bge4j.examples.vectordb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.bge4j.sparse.SparseVector;
import io.milvus.v2.client.ConnectConfig;
import io.milvus.v2.client.MilvusClientV2;
import io.milvus.v2.service.collection.request.DropCollectionReq;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Runs against the Milvus that MILVUS_URL names, such as http://host:19530. */
final class MilvusStoreTest extends HybridContract {

  private static final SparseVector VECTOR =
      SparseVector.of(new int[] {0, 6, -1}, new float[] {0.5f, 0.25f, 3.0e-5f});

  private List<MilvusClientV2> open = List.of();

  @AfterEach
  void closeClient() {
    open.forEach(MilvusClientV2::close);
  }

  @Override
  HybridStore open(String name, int dimension, int indexSpace) {
    String url = System.getenv("MILVUS_URL");
    assumeTrue(url != null, "NOT RUN against Milvus: MILVUS_URL names no server");
    MilvusClientV2 client = new MilvusClientV2(ConnectConfig.builder().uri(url).build());
    open = List.of(client);
    String collection = "bge_test_" + name;
    client.dropCollection(DropCollectionReq.builder().collectionName(collection).build());
    return new MilvusStore(client, collection, dimension);
  }

  /** An empty text has no weights. */
  @Test
  void upsert_noWeights_isFoundByItsDenseVector() throws Exception {
    HybridStore store = open("weightless", 2, 100);
    store.create();
    store.upsert(List.of(
        new VectorRecord("a", "", new float[] {1, 0}, VECTOR.topK(0)),
        new VectorRecord("b", "text", new float[] {0, 1}, VECTOR.topK(2))));
    assertThat(store.search(new float[] {0.8f, 0.6f}, VECTOR.topK(0), 10))
        .extracting(FoundText::id)
        .containsExactly("a", "b");
    assertThat(store.search(new float[] {0.8f, 0.6f}, VECTOR.topK(1), 10))
        .extracting(FoundText::id)
        .containsExactly("b", "a");
  }

  @Test
  void search_largestIndex_isFound() throws Exception {
    HybridStore store = open("largest", 2, 100);
    SparseVector largest = SparseVector.of(new int[] {-2}, new float[] {0.5f});
    store.create();
    store.upsert(List.of(new VectorRecord("a", "text", new float[] {1, 0}, largest)));
    assertThat(store.search(new float[] {1, 0}, largest, 1))
        .singleElement()
        .satisfies(found -> assertThat(found.score()).isCloseTo(2 / 61.0, Offset.offset(1e-6)));
  }

  @Test
  void weights_lexicalWeights_areASortedMap() {
    assertThat(MilvusStore.weights(VECTOR.topK(2))).hasToString("{0=0.5, 6=0.25}");
    assertThat(MilvusStore.weights(VECTOR.topK(0))).isEmpty();
  }

  @Test
  void weights_whatItWouldRefuse_throws() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MilvusStore.weights(SparseVector.of(new int[] {7}, new float[] {-0.5f})))
        .withMessage("values must not be negative for Milvus: -0.5 at index 7");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MilvusStore.weights(VECTOR))
        .withMessage("indices must be at most 4294967294 for Milvus: 4294967295;"
            + " choose an index space below 2^32");
  }
}
