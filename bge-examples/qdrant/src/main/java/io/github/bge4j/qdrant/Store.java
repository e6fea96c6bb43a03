package io.github.bge4j.qdrant;

import static io.qdrant.client.ConditionFactory.filter;
import static io.qdrant.client.ConditionFactory.matchKeyword;
import static io.qdrant.client.ConditionFactory.matchKeywords;
import static io.qdrant.client.ConditionFactory.range;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import io.grpc.Status;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.grpc.Collections.CollectionInfo;
import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.Range;
import io.qdrant.client.grpc.Points.DeletePoints;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PointsSelector;
import io.qdrant.client.grpc.Points.UpdateResult;
import io.qdrant.client.grpc.Points.UpdateStatus;
import io.qdrant.client.grpc.Points.UpsertPoints;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One collection of a server: what an ingest asks of it. Not thread-safe. */
final class Store {

  private final QdrantClient client;
  private final String collection;
  private final Calls calls;
  private final Duration timeout;

  /**
   * Makes a store on a client that it does not own.
   *
   * @param timeout of one attempt of a call
   */
  Store(QdrantClient client, String collection, Calls calls, Duration timeout) {
    this.client = client;
    this.collection = collection;
    this.calls = calls;
    this.timeout = timeout;
  }

  /**
   * Creates the collection, or compares the one that is there.
   *
   * @param adopts whether one without a mark gets ours, if its vectors fit
   * @return whether it holds points
   * @throws CollectionMismatchException if it is another than is wanted
   */
  boolean prepare(Schema schema, boolean adopts) {
    if (!exists()) {
      create(schema);
    }
    CollectionInfo info = info();
    if (adopts && !Schema.isMarked(info)) {
      schema.checkVectors(info);
      calls.call(doing("be marked"), () -> client.updateCollectionAsync(schema.mark(), timeout));
      info = info();
    }
    schema.check(info);
    index(Payload.DOCUMENT, PayloadSchemaType.Keyword);
    index(Payload.CHUNK, PayloadSchemaType.Integer);
    index(Payload.RUN, PayloadSchemaType.Keyword);
    index(Payload.POSITION, PayloadSchemaType.Integer);
    return count(Filter.getDefaultInstance()) > 0;
  }

  /**
   * Compares the collection, which was prepared.
   *
   * @throws CollectionMismatchException if it is another than is wanted
   */
  void check(Schema schema) {
    schema.check(info());
  }

  private CollectionInfo info() {
    return calls.call(doing("be read"), () -> client.getCollectionInfoAsync(collection, timeout));
  }

  private boolean exists() {
    return calls.call(
        doing("be looked for"), () -> client.collectionExistsAsync(collection, timeout));
  }

  private void create(Schema schema) {
    try {
      calls.call(doing("be created"), () -> client.createCollectionAsync(schema.create(), timeout));
    } catch (StoreException e) {
      // Somebody else was faster, or an attempt succeeded whose answer was lost.
      if (!exists()) {
        throw e;
      }
    }
  }

  /** What is filtered by: without an index every point would be looked at. */
  private void index(String field, PayloadSchemaType type) {
    calls.call(
        doing("have an index of " + field),
        () -> client.createPayloadIndexAsync(collection, field, type, null, true, null, timeout));
  }

  Calls.Started<UpdateResult> upsert(List<PointStruct> points) {
    UpsertPoints request = UpsertPoints.newBuilder()
        .setCollectionName(collection)
        .addAllPoints(points)
        .setWait(true)
        .build();
    return calls.start(doing("take points"), () -> applied(client.upsertAsync(request, timeout)));
  }

  /** A server that gives up waiting says so in an answer: that counts as a deadline. */
  private static ListenableFuture<UpdateResult> applied(ListenableFuture<UpdateResult> answer) {
    return Futures.transform(
        answer,
        result -> {
          if (result.getStatus() != UpdateStatus.Completed) {
            throw Status.DEADLINE_EXCEEDED
                .withDescription("not applied yet: " + result.getStatus())
                .asRuntimeException();
          }
          return result;
        },
        MoreExecutors.directExecutor());
  }

  /**
   * Deletes the chunks that documents had before and have no more. Says nothing of who wrote them:
   * asked again, however late, it takes nothing from documents that have as many chunks still.
   *
   * @param chunks how many each has now, by the document's id
   */
  void deleteStale(Map<String, Integer> chunks) {
    Map<Integer, List<String>> documents = new TreeMap<>();
    chunks.forEach((id, count) ->
        documents.computeIfAbsent(count, same -> new ArrayList<>()).add(id));
    Filter.Builder stale = Filter.newBuilder();
    documents.forEach((count, ids) -> stale.addShould(filter(Filter.newBuilder()
        .addMust(matchKeywords(Payload.DOCUMENT, ids))
        .addMust(range(Payload.CHUNK, Range.newBuilder().setGte(count).build()))
        .build())));
    delete(stale);
  }

  /** Deletes what a run wrote of documents after so many. */
  void deleteLater(String run, long documents) {
    delete(Filter.newBuilder()
        .addMust(matchKeyword(Payload.RUN, run))
        .addMust(
            range(Payload.POSITION, Range.newBuilder().setGt((double) documents).build())));
  }

  private void delete(Filter.Builder filter) {
    DeletePoints request = DeletePoints.newBuilder()
        .setCollectionName(collection)
        .setPoints(PointsSelector.newBuilder().setFilter(filter))
        .setWait(true)
        .build();
    calls.call(doing("delete points"), () -> client.deleteAsync(request, timeout));
  }

  /** Counts the points that a run wrote. */
  long countOf(String run) {
    return count(Filter.newBuilder().addMust(matchKeyword(Payload.RUN, run)).build());
  }

  private long count(Filter filter) {
    return calls.call(
        doing("count its points"), () -> client.countAsync(collection, filter, true, timeout));
  }

  private String doing(String what) {
    return "collection " + collection + " must " + what;
  }
}
