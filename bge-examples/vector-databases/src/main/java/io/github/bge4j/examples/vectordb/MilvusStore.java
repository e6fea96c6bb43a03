package io.github.bge4j.examples.vectordb;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.github.bge4j.sparse.SparseVector;
import io.milvus.v2.client.MilvusClientV2;
import io.milvus.v2.common.ConsistencyLevel;
import io.milvus.v2.common.DataType;
import io.milvus.v2.common.IndexParam;
import io.milvus.v2.service.collection.request.AddFieldReq;
import io.milvus.v2.service.collection.request.CreateCollectionReq;
import io.milvus.v2.service.collection.request.HasCollectionReq;
import io.milvus.v2.service.vector.request.AnnSearchReq;
import io.milvus.v2.service.vector.request.HybridSearchReq;
import io.milvus.v2.service.vector.request.UpsertReq;
import io.milvus.v2.service.vector.request.data.BaseVector;
import io.milvus.v2.service.vector.request.data.FloatVec;
import io.milvus.v2.service.vector.request.data.SparseFloatVec;
import io.milvus.v2.service.vector.request.ranker.RRFRanker;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * Texts and their vectors in a collection of Milvus 2.4.12 or later: dense vectors by dot product
 * with {@code AUTOINDEX}, which is HNSW unless the server is configured otherwise, lexical weights
 * in an inverted index; one request searches both and fuses the ranks.
 *
 * <p>As thread-safe as its client, which remains the caller's. Every method throws the client's
 * {@code MilvusClientException} if the server fails.
 */
public final class MilvusStore implements HybridStore {

  private static final String ID = "id";
  private static final String TEXT = "text";
  private static final String DENSE = "dense";
  private static final String SPARSE = "sparse";

  /** Of the type VarChar, in bytes. */
  private static final int MAX_BYTES = 65_535;

  private static final int MAX_ID_BYTES = 512;

  /** The largest unsigned 32-bit number is no index for Milvus. */
  private static final long MAX_INDEX = 0xFFFF_FFFEL;

  private static final Gson GSON = new Gson();

  private final MilvusClientV2 client;
  private final String collection;
  private final int dimension;

  /**
   * Names a collection; nothing is asked of the server yet.
   *
   * @param dimension of dense vectors
   */
  public MilvusStore(MilvusClientV2 client, String collection, int dimension) {
    this.client = client;
    this.collection = collection;
    this.dimension = dimension;
  }

  /** Makes the collection and its indexes, and loads it, if it is not there. */
  @Override
  public void create() {
    if (client.hasCollection(
        HasCollectionReq.builder().collectionName(collection).build())) {
      return;
    }
    CreateCollectionReq.CollectionSchema schema =
        CreateCollectionReq.CollectionSchema.builder().build();
    schema.addField(AddFieldReq.builder()
        .fieldName(ID)
        .dataType(DataType.VarChar)
        .maxLength(MAX_ID_BYTES)
        .isPrimaryKey(true)
        .autoID(false)
        .build());
    schema.addField(AddFieldReq.builder()
        .fieldName(TEXT)
        .dataType(DataType.VarChar)
        .maxLength(MAX_BYTES)
        .build());
    schema.addField(AddFieldReq.builder()
        .fieldName(DENSE)
        .dataType(DataType.FloatVector)
        .dimension(dimension)
        .build());
    schema.addField(AddFieldReq.builder()
        .fieldName(SPARSE)
        .dataType(DataType.SparseFloatVector)
        .build());
    client.createCollection(CreateCollectionReq.builder()
        .collectionName(collection)
        .collectionSchema(schema)
        .indexParams(List.of(
            index(DENSE, IndexParam.IndexType.AUTOINDEX),
            index(SPARSE, IndexParam.IndexType.SPARSE_INVERTED_INDEX)))
        .consistencyLevel(ConsistencyLevel.BOUNDED)
        .build());
  }

  private static IndexParam index(String field, IndexParam.IndexType type) {
    return IndexParam.builder()
        .fieldName(field)
        .indexType(type)
        .metricType(IndexParam.MetricType.IP)
        .build();
  }

  /**
   * Writes records in one request; those whose ids are there are replaced.
   *
   * @throws IllegalArgumentException if Milvus would refuse lexical weights; nothing is written
   */
  @Override
  public void upsert(List<VectorRecord> records) {
    client.upsert(UpsertReq.builder()
        .collectionName(collection)
        .data(records.stream().map(MilvusStore::row).toList())
        .build());
  }

  private static JsonObject row(VectorRecord written) {
    JsonObject row = new JsonObject();
    row.addProperty(ID, written.id());
    row.addProperty(TEXT, written.text());
    row.add(DENSE, GSON.toJsonTree(written.dense()));
    row.add(SPARSE, GSON.toJsonTree(weights(written.sparse())));
    return row;
  }

  /**
   * Searches by both vectors and fuses the ranks.
   *
   * @param hits how many texts, from 1 to 1,000
   * @return best first
   */
  @Override
  public List<FoundText> search(float[] dense, SparseVector sparse, int hits) {
    int depth = FoundText.depth(hits);
    List<AnnSearchReq> searches = new ArrayList<>();
    searches.add(search(DENSE, new FloatVec(dense), depth));
    if (sparse.size() > 0) {
      searches.add(search(SPARSE, new SparseFloatVec(weights(sparse)), depth));
    }
    return client
        .hybridSearch(HybridSearchReq.builder()
            .collectionName(collection)
            .searchRequests(searches)
            .ranker(RRFRanker.builder().k(FoundText.RRF_CONSTANT).build())
            .limit(hits)
            .outFields(List.of(TEXT))
            // What was written before is found.
            .consistencyLevel(ConsistencyLevel.STRONG)
            .build())
        .getSearchResults()
        .get(0)
        .stream()
        .map(found -> new FoundText(
            found.getId().toString(),
            String.valueOf(found.getEntity().get(TEXT)),
            found.getScore()))
        .toList();
  }

  private static AnnSearchReq search(String field, BaseVector vector, int depth) {
    return AnnSearchReq.builder()
        .vectorFieldName(field)
        .vectors(List.of(vector))
        .metricType(IndexParam.MetricType.IP)
        .limit(depth)
        .build();
  }

  /**
   * Returns lexical weights as Milvus takes them.
   *
   * @throws IllegalArgumentException if Milvus would refuse them: for a negative value or for the
   *     index 4294967295, which only an index space of 2^32 has
   */
  static SortedMap<Long, Float> weights(SparseVector vector) {
    SortedMap<Long, Float> weights = vector.toMap();
    weights.forEach((index, value) -> {
      if (value < 0) {
        throw new IllegalArgumentException(
            "values must not be negative for Milvus: " + value + " at index " + index);
      }
    });
    if (!weights.isEmpty() && weights.lastKey() > MAX_INDEX) {
      throw new IllegalArgumentException("indices must be at most " + MAX_INDEX + " for Milvus: "
          + weights.lastKey() + "; choose an index space below 2^32");
    }
    return weights;
  }
}
