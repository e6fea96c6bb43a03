package io.github.bge4j.qdrant.testing;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.qdrant.client.grpc.Collections.CollectionConfig;
import io.qdrant.client.grpc.Collections.CollectionInfo;
import io.qdrant.client.grpc.Collections.CollectionParams;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.PayloadSchemaInfo;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.DenseVector;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PrefetchQuery;
import io.qdrant.client.grpc.Points.Query;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.ScrollResponse;
import io.qdrant.client.grpc.Points.SparseVector;
import io.qdrant.client.grpc.Points.Vector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A collection of the stand-in: its points, and exact search among them. */
public final class StoredCollection {

  private final CreateCollection made;
  private final Map<String, Value> metadata = new HashMap<>();
  private final Set<String> indexed = new HashSet<>();
  private final TreeMap<String, PointStruct> points = new TreeMap<>();

  StoredCollection(CreateCollection made) {
    this.made = made;
    this.metadata.putAll(made.getMetadataMap());
  }

  /** Returns how it was made. */
  public CreateCollection made() {
    return made;
  }

  /** Returns its points by their ids; a copy. */
  public synchronized Map<String, PointStruct> points() {
    return new TreeMap<>(points);
  }

  synchronized void mark(Map<String, Value> more) {
    metadata.putAll(more);
  }

  synchronized void index(String field) {
    indexed.add(field);
  }

  synchronized CollectionInfo info() {
    CollectionInfo.Builder info = CollectionInfo.newBuilder()
        .setPointsCount(points.size())
        .setConfig(CollectionConfig.newBuilder()
            .setParams(CollectionParams.newBuilder()
                .setVectorsConfig(made.getVectorsConfig())
                .setSparseVectorsConfig(made.getSparseVectorsConfig()))
            .putAllMetadata(metadata));
    indexed.forEach(field -> info.putPayloadSchema(field, PayloadSchemaInfo.getDefaultInstance()));
    return info.build();
  }

  synchronized void upsert(List<PointStruct> batch) {
    batch.forEach(this::check);
    batch.forEach(point -> points.put(point.getId().getUuid(), point));
  }

  private void check(PointStruct point) {
    vectors(point).forEach((name, vector) -> {
      if (vector.hasSparse()) {
        SparseVector sparse = vector.getSparse();
        boolean declared = made.getSparseVectorsConfig().containsMap(name);
        boolean unique = new HashSet<>(sparse.getIndicesList()).size() == sparse.getIndicesCount();
        if (!declared || !unique || sparse.getIndicesCount() != sparse.getValuesCount()) {
          throw refusal("sparse vector " + name);
        }
      } else {
        VectorParams params = params(name);
        for (DenseVector row : rows(vector)) {
          if (row.getDataCount() != params.getSize()) {
            throw refusal("Vector dimension error: expected dim: " + params.getSize() + ", got "
                + row.getDataCount());
          }
        }
      }
    });
  }

  private static List<DenseVector> rows(Vector vector) {
    return vector.hasMultiDense()
        ? vector.getMultiDense().getVectorsList()
        : List.of(vector.getDense());
  }

  /** Returns the vectors by name; one without a name has the empty one. */
  private static Map<String, Vector> vectors(PointStruct point) {
    return point.getVectors().hasVector()
        ? Map.of("", point.getVectors().getVector())
        : point.getVectors().getVectors().getVectorsMap();
  }

  private VectorParams params(String name) {
    if (name.isEmpty() && made.getVectorsConfig().hasParams()) {
      return made.getVectorsConfig().getParams();
    }
    VectorParams params = made.getVectorsConfig().getParamsMap().getMapMap().get(name);
    if (params == null) {
      throw refusal("Not existing vector name error: " + name);
    }
    return params;
  }

  private static StatusRuntimeException refusal(String message) {
    return Status.INVALID_ARGUMENT.withDescription("Wrong input: " + message).asRuntimeException();
  }

  synchronized void delete(Filter filter) {
    points.values().removeIf(point -> Filters.matches(filter, point));
  }

  synchronized long count(Filter filter) {
    return points.values().stream()
        .filter(point -> Filters.matches(filter, point))
        .count();
  }

  synchronized ScrollResponse scroll(ScrollPoints request) {
    ScrollResponse.Builder answer = ScrollResponse.newBuilder();
    for (PointStruct point : points.tailMap(request.getOffset().getUuid()).values()) {
      if (answer.getResultCount() == request.getLimit()) {
        return answer.setNextPageOffset(point.getId()).build();
      }
      if (Filters.matches(request.getFilter(), point)) {
        answer.addResult(
            RetrievedPoint.newBuilder().setId(point.getId()).putAllPayload(point.getPayloadMap()));
      }
    }
    return answer.build();
  }

  synchronized List<ScoredPoint> query(QueryPoints request) {
    Map<String, Double> scores = run(
        request.getPrefetchList(),
        request.getQuery(),
        request.getUsing(),
        request.getFilter(),
        request.getLimit());
    List<ScoredPoint> answer = new ArrayList<>();
    scores.forEach((id, score) -> {
      PointStruct point = at(id);
      answer.add(ScoredPoint.newBuilder()
          .setId(point.getId())
          .setScore(score.floatValue())
          .putAllPayload(request.getWithPayload().getEnable() ? point.getPayloadMap() : Map.of())
          .build());
    });
    return answer;
  }

  private PointStruct at(String id) {
    PointStruct point = points.get(id);
    if (point == null) {
      throw new IllegalStateException("a hit must be a point: " + id);
    }
    return point;
  }

  /** Returns the scores of the best points, the best first. */
  private Map<String, Double> run(
      List<PrefetchQuery> prefetches, Query query, String using, Filter filter, long limit) {
    List<Map<String, Double>> found = new ArrayList<>();
    for (PrefetchQuery prefetch : prefetches) {
      found.add(run(
          prefetch.getPrefetchList(),
          prefetch.getQuery(),
          prefetch.getUsing(),
          prefetch.getFilter(),
          prefetch.getLimit()));
    }
    Map<String, Double> scores;
    switch (query.getVariantCase()) {
      case RRF -> scores = Fusions.reciprocalRanks(found, query.getRrf().getK());
      case FUSION ->
        scores = switch (query.getFusion()) {
          case RRF -> Fusions.reciprocalRanks(found, 2);
          case DBSF -> Fusions.scaledScores(found);
          default -> throw refusal("fusion");
        };
      case NEAREST -> {
        Collection<String> candidates = points.keySet();
        if (!found.isEmpty()) {
          candidates = new HashSet<>();
          for (Map<String, Double> list : found) {
            candidates.addAll(list.keySet());
          }
        }
        scores = nearest(query, using, candidates);
      }
      default -> throw refusal("query");
    }
    Map<String, Double> best = new LinkedHashMap<>();
    scores.entrySet().stream()
        .filter(entry -> Filters.matches(filter, at(entry.getKey())))
        .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder())
            .thenComparing(Map.Entry.comparingByKey()))
        .limit(limit == 0 ? 10 : limit)
        .forEach(entry -> best.put(entry.getKey(), entry.getValue()));
    return best;
  }

  private Map<String, Double> nearest(Query query, String using, Collection<String> candidates) {
    Map<String, Double> scores = new HashMap<>();
    for (String id : candidates) {
      Vector vector = vectors(at(id)).get(using);
      if (vector == null) {
        continue;
      }
      if (query.getNearest().hasSparse()) {
        double score = dot(query.getNearest().getSparse(), vector.getSparse());
        // An inverted index finds what has a term in common.
        if (score != 0) {
          scores.put(id, score);
        }
      } else if (query.getNearest().hasMultiDense()) {
        scores.put(id, maxSim(query.getNearest().getMultiDense().getVectorsList(), rows(vector)));
      } else {
        boolean cosine = params(using).getDistance() == Distance.Cosine;
        float[] a = floats(query.getNearest().getDense());
        float[] b = floats(vector.getDense());
        scores.put(id, cosine ? dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)) : dot(a, b));
      }
    }
    return scores;
  }

  private static double maxSim(List<DenseVector> query, List<DenseVector> passage) {
    List<float[]> rows = passage.stream().map(StoredCollection::floats).toList();
    double sum = 0;
    for (DenseVector row : query) {
      float[] wanted = floats(row);
      sum += rows.stream().mapToDouble(other -> dot(wanted, other)).max().orElse(0);
    }
    return sum;
  }

  private static float[] floats(DenseVector vector) {
    float[] values = new float[vector.getDataCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = vector.getData(i);
    }
    return values;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  private static double dot(SparseVector a, SparseVector b) {
    Map<Integer, Float> weights = new HashMap<>();
    for (int i = 0; i < a.getIndicesCount(); i++) {
      weights.put(a.getIndices(i), a.getValues(i));
    }
    double sum = 0;
    for (int i = 0; i < b.getIndicesCount(); i++) {
      sum += (double) weights.getOrDefault(b.getIndices(i), 0f) * b.getValues(i);
    }
    return sum;
  }
}
