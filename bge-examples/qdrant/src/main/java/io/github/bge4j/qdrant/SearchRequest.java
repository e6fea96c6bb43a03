package io.github.bge4j.qdrant;

import static io.qdrant.client.QueryFactory.nearest;
import static io.qdrant.client.WithPayloadSelectorFactory.enable;

import io.github.bge4j.Embedding;
import io.github.bge4j.Output;
import io.github.bge4j.sparse.SparseVector;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.PrefetchQuery;
import io.qdrant.client.grpc.Points.Query;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.ScoredPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A question in the words of Qdrant: candidates by the dense and the sparse vector, fused, scored
 * again by ColBERT, as far as the specification has them.
 *
 * @param candidates how many each vector finds
 */
record SearchRequest(CollectionSpec spec, Query fusion, int candidates, Filter filter) {

  QueryPoints of(Embedding question, int hits) {
    QueryPoints.Builder request = QueryPoints.newBuilder()
        .setCollectionName(spec.collection())
        .setFilter(filter)
        .setLimit(hits)
        .setWithPayload(enable(true));
    int depth = Math.max(candidates, hits);
    List<PrefetchQuery> found = found(question, depth);
    if (spec.has(Output.MULTI_VECTOR)) {
      if (found.size() == 1) {
        request.addPrefetch(found.get(0));
      } else {
        request.addPrefetch(
            PrefetchQuery.newBuilder().addAllPrefetch(found).setQuery(fusion).setLimit(depth));
      }
      return request
          .setQuery(nearest(question.multiVector().toArray()))
          .setUsing(CollectionSpec.COLBERT)
          .build();
    }
    if (found.size() == 1) {
      PrefetchQuery only = found.get(0);
      return request.setQuery(only.getQuery()).setUsing(only.getUsing()).build();
    }
    return request.addAllPrefetch(found).setQuery(fusion).build();
  }

  /** A filter counts where candidates are found; what follows sees these alone. */
  private List<PrefetchQuery> found(Embedding question, int depth) {
    List<PrefetchQuery> queries = new ArrayList<>();
    PrefetchQuery.Builder query = PrefetchQuery.newBuilder().setFilter(filter).setLimit(depth);
    if (spec.has(Output.DENSE)) {
      queries.add(query
          .setQuery(nearest(question.dense()))
          .setUsing(CollectionSpec.DENSE)
          .build());
    }
    if (spec.has(Output.SPARSE)) {
      SparseVector sparse = spec.mapper().map(question.lexicalWeights());
      // A question without weights matches nothing.
      if (sparse.size() > 0 || queries.isEmpty()) {
        queries.add(query
            .setQuery(nearest(sparse.valueList(), IngestWindow.boxed(sparse)))
            .setUsing(CollectionSpec.SPARSE)
            .build());
      }
    }
    return queries;
  }

  static SearchHit hit(ScoredPoint point) {
    Map<String, Value> payload = point.getPayloadMap();
    return new SearchHit(
        text(payload, Payload.DOCUMENT),
        (int) payload.getOrDefault(Payload.CHUNK, Value.getDefaultInstance()).getIntegerValue(),
        text(payload, Payload.TITLE),
        text(payload, Payload.TEXT),
        point.getScore(),
        payload
            .getOrDefault(Payload.METADATA, Value.getDefaultInstance())
            .getStructValue()
            .getFieldsMap());
  }

  private static String text(Map<String, Value> payload, String field) {
    return payload.getOrDefault(field, Value.getDefaultInstance()).getStringValue();
  }
}
