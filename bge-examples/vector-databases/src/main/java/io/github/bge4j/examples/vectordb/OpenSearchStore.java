package io.github.bge4j.examples.vectordb;

import io.github.bge4j.sparse.SparseVector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.opensearch.client.opensearch.OpenSearchClient;
import org.opensearch.client.opensearch._types.ErrorCause;
import org.opensearch.client.opensearch._types.Refresh;
import org.opensearch.client.opensearch._types.query_dsl.Query;
import org.opensearch.client.opensearch.core.BulkRequest;
import org.opensearch.client.opensearch.core.BulkResponse;
import org.opensearch.client.opensearch.core.SearchResponse;
import org.opensearch.client.opensearch.core.bulk.BulkResponseItem;
import org.opensearch.client.opensearch.core.search.Hit;

/**
 * Texts and their vectors in an index of OpenSearch 2.19 or later with the k-NN plugin, which its
 * distributions have: dense vectors in {@code knn_vector} (HNSW of Lucene, by dot product), lexical
 * weights in {@code rank_features}. Both are searched, and the ranks fused here, so that no search
 * pipeline has to be set up.
 *
 * <p>{@code rank_features} keeps 9 bits of each weight, so that a score is off by up to 0.4 %.
 *
 * <p>Thread-safe; the client remains its caller's to close.
 */
public final class OpenSearchStore implements HybridStore {

  private static final String TEXT = "text";
  private static final String DENSE = "dense";
  private static final String SPARSE = "sparse";

  private final OpenSearchClient client;
  private final String index;
  private final int dimension;

  /**
   * Names an index; nothing is asked of the server yet.
   *
   * @param dimension of dense vectors
   */
  public OpenSearchStore(OpenSearchClient client, String index, int dimension) {
    this.client = client;
    this.index = index;
    this.dimension = dimension;
  }

  /**
   * Makes the index if it is not there.
   *
   * @throws IOException if the server fails
   */
  @Override
  public void create() throws IOException {
    if (client.indices().exists(request -> request.index(index)).value()) {
      return;
    }
    client
        .indices()
        .create(request -> request
            .index(index)
            .settings(settings -> settings.knn(true))
            .mappings(mapping -> mapping
                .properties(TEXT, property -> property.text(text -> text))
                .properties(
                    DENSE,
                    property -> property.knnVector(vector -> vector
                        .dimension(dimension)
                        .method(method ->
                            method.name("hnsw").engine("lucene").spaceType("innerproduct"))))
                .properties(SPARSE, property -> property.rankFeatures(features -> features))));
  }

  /**
   * Writes records in one request and makes them searchable; those whose ids are there are
   * replaced.
   *
   * @param records at least one
   * @throws IOException if the server fails, or refuses a record; others may be written
   */
  @Override
  public void upsert(List<VectorRecord> records) throws IOException {
    BulkRequest.Builder bulk = new BulkRequest.Builder().index(index).refresh(Refresh.True);
    for (VectorRecord each : records) {
      Map<String, Object> document =
          Map.of(TEXT, each.text(), DENSE, each.dense(), SPARSE, features(each.sparse()));
      bulk.operations(
          operation -> operation.index(write -> write.id(each.id()).document(document)));
    }
    BulkResponse response = client.bulk(bulk.build());
    if (response.errors()) {
      for (BulkResponseItem item : response.items()) {
        ErrorCause error = item.error();
        if (error != null) {
          throw new IOException("OpenSearch refused " + item.id() + ": " + error.reason());
        }
      }
      throw new IOException("OpenSearch refused a record");
    }
  }

  /**
   * Searches by both vectors and fuses the ranks.
   *
   * @param hits how many texts, from 1 to 1,000
   * @return best first
   * @throws IOException if the server fails
   */
  @Override
  public List<FoundText> search(float[] dense, SparseVector sparse, int hits) throws IOException {
    int depth = FoundText.depth(hits);
    Map<String, FoundText> found = new HashMap<>();
    addRanks(
        found,
        Query.of(
            query -> query.knn(knn -> knn.field(DENSE).vector(floats(dense)).k(depth))),
        depth);
    if (sparse.size() > 0) {
      addRanks(found, lexical(sparse), depth);
    }
    return found.values().stream()
        .sorted(
            Comparator.comparingDouble(FoundText::score).reversed().thenComparing(FoundText::id))
        .limit(hits)
        .toList();
  }

  /** The sum of the products of shared weights. */
  private static Query lexical(SparseVector sparse) {
    List<Query> shared = new ArrayList<>();
    features(sparse)
        .forEach((token, weight) -> shared.add(Query.of(query -> query.rankFeature(feature ->
            feature.field(SPARSE + "." + token).linear(linear -> linear).boost(weight)))));
    return Query.of(query -> query.bool(bool -> bool.should(shared)));
  }

  @SuppressWarnings("rawtypes")
  private void addRanks(Map<String, FoundText> found, Query query, int depth) throws IOException {
    SearchResponse<Map> response = client.search(
        request -> request
            .index(index)
            .query(query)
            .size(depth)
            .source(source -> source.filter(filter -> filter.includes(TEXT))),
        Map.class);
    int rank = 0;
    for (Hit<Map> hit : response.hits().hits()) {
      rank++;
      double score = 1.0 / (FoundText.RRF_CONSTANT + rank);
      String text = hit.source() == null ? "" : String.valueOf(hit.source().get(TEXT));
      found.merge(
          String.valueOf(hit.id()),
          new FoundText(String.valueOf(hit.id()), text, score),
          (before, now) -> new FoundText(now.id(), now.text(), before.score() + score));
    }
  }

  private static List<Float> floats(float[] vector) {
    List<Float> floats = new ArrayList<>(vector.length);
    for (float value : vector) {
      floats.add(value);
    }
    return floats;
  }

  /**
   * Returns lexical weights by index in decimal, as the type demands; it has no place for others.
   */
  static Map<String, Float> features(SparseVector vector) {
    Map<String, Float> features = new TreeMap<>();
    vector.toMap().forEach((index, value) -> {
      if (value <= 0) {
        throw new IllegalArgumentException("values must be positive for OpenSearch: " + value
            + " at index " + index + "; leave out what is not");
      }
      features.put(index.toString(), value);
    });
    return features;
  }
}
