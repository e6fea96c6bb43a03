package io.github.bge4j.qdrant.testing;

import com.google.common.util.concurrent.MoreExecutors;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import io.qdrant.client.grpc.Collections.CollectionExists;
import io.qdrant.client.grpc.Collections.CollectionExistsRequest;
import io.qdrant.client.grpc.Collections.CollectionExistsResponse;
import io.qdrant.client.grpc.Collections.CollectionOperationResponse;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.DeleteCollection;
import io.qdrant.client.grpc.Collections.GetCollectionInfoRequest;
import io.qdrant.client.grpc.Collections.GetCollectionInfoResponse;
import io.qdrant.client.grpc.Collections.UpdateCollection;
import io.qdrant.client.grpc.CollectionsGrpc;
import io.qdrant.client.grpc.Points.CountPoints;
import io.qdrant.client.grpc.Points.CountResponse;
import io.qdrant.client.grpc.Points.CountResult;
import io.qdrant.client.grpc.Points.CreateFieldIndexCollection;
import io.qdrant.client.grpc.Points.DeletePoints;
import io.qdrant.client.grpc.Points.PointsOperationResponse;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.QueryResponse;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.ScrollResponse;
import io.qdrant.client.grpc.Points.UpdateResult;
import io.qdrant.client.grpc.Points.UpdateStatus;
import io.qdrant.client.grpc.Points.UpsertPoints;
import io.qdrant.client.grpc.PointsGrpc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A Qdrant in this process, on a port of its own: the service of the official client's stubs, on
 * exact search. It refuses what Qdrant refuses of what we send (unknown vectors, wrong sizes, large
 * requests), and goes wrong as it is told.
 */
public final class QdrantDouble implements AutoCloseable {

  private static final int MOST_REQUEST_BYTES = 32 << 20;

  /** Says what goes wrong. */
  @FunctionalInterface
  public interface Faults {

    /**
     * Returns what goes wrong with a call.
     *
     * @param method for example {@code upsert}
     * @param call its number among those of the method, from 1
     * @return null for nothing
     */
    @Nullable Fault at(String method, int call);
  }

  private final Server server;
  private final Map<String, StoredCollection> collections = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
  private final AtomicInteger largestUpsert = new AtomicInteger();
  private final AtomicReference<UpdateStatus> nextUpsert =
      new AtomicReference<>(UpdateStatus.Completed);
  private volatile Faults faults = (method, call) -> null;

  private QdrantDouble() {
    try {
      server = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
          .maxInboundMessageSize(MOST_REQUEST_BYTES)
          .executor(MoreExecutors.directExecutor())
          .addService(new CollectionsService())
          .addService(new PointsService())
          .build()
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts one on a free port. */
  public static QdrantDouble start() {
    return new QdrantDouble();
  }

  /** Returns its address. */
  public String url() {
    return "http://127.0.0.1:" + server.getPort();
  }

  /** Returns a client of it, which the caller closes. */
  public QdrantClient client() {
    return new QdrantClient(
        QdrantGrpcClient.newBuilder("127.0.0.1", server.getPort(), false, false).build());
  }

  /** Sets what goes wrong from now on; calls are counted anew. */
  public QdrantDouble faults(Faults faults) {
    calls.clear();
    this.faults = faults;
    return this;
  }

  /** Returns how often a method was called since the faults were set. */
  public int calls(String method) {
    return calls.computeIfAbsent(method, name -> new AtomicInteger()).get();
  }

  /** Sets what the next upsert that is taken is answered with. */
  public void nextUpsert(UpdateStatus status) {
    nextUpsert.set(status);
  }

  /** Returns how many bytes the largest upsert had. */
  public int largestUpsert() {
    return largestUpsert.get();
  }

  /** Returns what it holds. */
  public StoredCollection collection(String name) {
    StoredCollection collection = collections.get(name);
    if (collection == null) {
      throw Status.NOT_FOUND
          .withDescription("Collection `" + name + "` doesn't exist!")
          .asRuntimeException();
    }
    return collection;
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  /**
   * Answers a call.
   *
   * @param all does all of it
   * @param some does so much of it
   */
  private <T> void answer(
      String method,
      StreamObserver<T> observer,
      Supplier<T> all,
      java.util.function.IntConsumer some) {
    int call = calls.computeIfAbsent(method, name -> new AtomicInteger()).incrementAndGet();
    Fault fault = faults.at(method, call);
    try {
      if (fault == null) {
        observer.onNext(all.get());
        observer.onCompleted();
        return;
      }
      Status status = fault.status();
      if (status == null) {
        some.accept(Integer.MAX_VALUE);
      } else if (status.isOk()) {
        T answer = all.get();
        // By the clock's own thread: from JDK 25 on the common pool can have one, which waits for
        // this.
        CompletableFuture.delayedExecutor(fault.delayMillis(), TimeUnit.MILLISECONDS, Runnable::run)
            .execute(() -> {
              observer.onNext(answer);
              observer.onCompleted();
            });
      } else {
        some.accept(fault.done());
        observer.onError(status.asRuntimeException());
      }
    } catch (RuntimeException e) {
      observer.onError(e);
    }
  }

  private <T> void answer(String method, StreamObserver<T> observer, Supplier<T> all) {
    answer(method, observer, all, done -> {
      if (done > 0) {
        T lost = all.get();
        assert lost != null;
      }
    });
  }

  private static PointsOperationResponse done(UpdateStatus status) {
    return PointsOperationResponse.newBuilder()
        .setResult(UpdateResult.newBuilder().setStatus(status))
        .build();
  }

  private static PointsOperationResponse done() {
    return done(UpdateStatus.Completed);
  }

  private final class CollectionsService extends CollectionsGrpc.CollectionsImplBase {

    private static final CollectionOperationResponse DONE =
        CollectionOperationResponse.newBuilder().setResult(true).build();

    @Override
    public void collectionExists(
        CollectionExistsRequest request, StreamObserver<CollectionExistsResponse> observer) {
      answer(
          "collectionExists",
          observer,
          () -> CollectionExistsResponse.newBuilder()
              .setResult(CollectionExists.newBuilder()
                  .setExists(collections.containsKey(request.getCollectionName())))
              .build());
    }

    @Override
    public void create(
        CreateCollection request, StreamObserver<CollectionOperationResponse> observer) {
      answer("create", observer, () -> {
        StoredCollection made = new StoredCollection(request);
        if (collections.putIfAbsent(request.getCollectionName(), made) != null) {
          throw Status.ALREADY_EXISTS
              .withDescription("Collection `" + request.getCollectionName() + "` already exists!")
              .asRuntimeException();
        }
        return DONE;
      });
    }

    @Override
    public void update(
        UpdateCollection request, StreamObserver<CollectionOperationResponse> observer) {
      answer("update", observer, () -> {
        collection(request.getCollectionName()).mark(request.getMetadataMap());
        return DONE;
      });
    }

    @Override
    public void delete(
        DeleteCollection request, StreamObserver<CollectionOperationResponse> observer) {
      answer("drop", observer, () -> {
        return CollectionOperationResponse.newBuilder()
            .setResult(collections.remove(request.getCollectionName()) != null)
            .build();
      });
    }

    @Override
    public void get(
        GetCollectionInfoRequest request, StreamObserver<GetCollectionInfoResponse> observer) {
      answer(
          "get",
          observer,
          () -> GetCollectionInfoResponse.newBuilder()
              .setResult(collection(request.getCollectionName()).info())
              .build());
    }
  }

  private final class PointsService extends PointsGrpc.PointsImplBase {

    @Override
    public void createFieldIndex(
        CreateFieldIndexCollection request, StreamObserver<PointsOperationResponse> observer) {
      answer("createFieldIndex", observer, () -> {
        collection(request.getCollectionName()).index(request.getFieldName());
        return done();
      });
    }

    @Override
    public void upsert(UpsertPoints request, StreamObserver<PointsOperationResponse> observer) {
      answer(
          "upsert",
          observer,
          () -> {
            largestUpsert.accumulateAndGet(request.getSerializedSize(), Math::max);
            collection(request.getCollectionName()).upsert(request.getPointsList());
            return done(nextUpsert.getAndSet(UpdateStatus.Completed));
          },
          points -> collection(request.getCollectionName())
              .upsert(
                  request.getPointsList().subList(0, Math.min(points, request.getPointsCount()))));
    }

    @Override
    public void delete(DeletePoints request, StreamObserver<PointsOperationResponse> observer) {
      answer("delete", observer, () -> {
        collection(request.getCollectionName()).delete(request.getPoints().getFilter());
        return done();
      });
    }

    @Override
    public void count(CountPoints request, StreamObserver<CountResponse> observer) {
      answer(
          "count",
          observer,
          () -> CountResponse.newBuilder()
              .setResult(CountResult.newBuilder()
                  .setCount(collection(request.getCollectionName()).count(request.getFilter())))
              .build());
    }

    @Override
    public void scroll(ScrollPoints request, StreamObserver<ScrollResponse> observer) {
      answer("scroll", observer, () -> collection(request.getCollectionName()).scroll(request));
    }

    @Override
    public void query(QueryPoints request, StreamObserver<QueryResponse> observer) {
      answer(
          "query",
          observer,
          () -> QueryResponse.newBuilder()
              .addAllResult(collection(request.getCollectionName()).query(request))
              .build());
    }
  }
}
