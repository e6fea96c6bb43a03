package io.github.bge4j.qdrant;

import static io.qdrant.client.PointIdFactory.id;
import static io.qdrant.client.VectorFactory.multiVector;
import static io.qdrant.client.VectorFactory.vector;
import static io.qdrant.client.VectorsFactory.namedVectors;

import io.github.bge4j.Embedding;
import io.github.bge4j.InvalidOptionException;
import io.github.bge4j.Output;
import io.github.bge4j.sparse.SparseVector;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.UpdateResult;
import io.qdrant.client.grpc.Points.Vector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * Chunks that are embedded together and acknowledged together, and how far the input is done once
 * they are. Not thread-safe.
 */
final class IngestWindow {

  final List<Chunk> chunks = new ArrayList<>();

  /** How many chunks the documents have that end here, by their ids. */
  final Map<String, Integer> ended = new HashMap<>();

  /** Number in the input, from 1, of the document that the first chunk is of. */
  long position;

  /** Documents, their points and their checksum, up to the last that ends here. */
  long documents;

  long points;
  long digest;

  /** Estimated bytes of the vectors. */
  long bytes;

  CompletableFuture<List<Embedding>> embeddings = new CompletableFuture<>();
  List<Calls.Started<UpdateResult>> upserts = List.of();

  List<String> passages() {
    return chunks.stream().map(Chunk::passage).toList();
  }

  /** Returns the points, in requests of at most so many bytes. */
  List<List<PointStruct>> requests(
      CollectionSpec spec, List<Embedding> embedded, String run, int maxBytes) {
    List<List<PointStruct>> requests = new ArrayList<>();
    List<PointStruct> request = new ArrayList<>();
    long size = 0;
    long number = position;
    for (int i = 0; i < chunks.size(); i++) {
      PointStruct point = point(spec, chunks.get(i), embedded.get(i), run, number);
      number += chunks.get(i).last() ? 1 : 0;
      int pointBytes = point.getSerializedSize();
      if (pointBytes > maxBytes) {
        throw new InvalidOptionException("a point must have at most " + maxBytes + " bytes: chunk "
            + chunks.get(i).number() + " of document "
            + chunks.get(i).document().id() + " has "
            + pointBytes + "; choose smaller chunks or allow larger requests");
      }
      if (size + pointBytes > maxBytes) {
        requests.add(request);
        request = new ArrayList<>();
        size = 0;
      }
      request.add(point);
      size += pointBytes;
    }
    requests.add(request);
    return requests;
  }

  private static PointStruct point(
      CollectionSpec spec, Chunk chunk, Embedding embedding, String run, long position) {
    Map<String, Vector> vectors = new HashMap<>();
    if (spec.has(Output.DENSE)) {
      vectors.put(CollectionSpec.DENSE, vector(embedding.dense()));
    }
    if (spec.has(Output.SPARSE)) {
      SparseVector sparse = spec.mapper().map(embedding.lexicalWeights());
      // A text without weights has no sparse vector, and is found by the others only.
      if (sparse.size() > 0) {
        vectors.put(CollectionSpec.SPARSE, vector(sparse.valueList(), boxed(sparse)));
      }
    }
    if (spec.has(Output.MULTI_VECTOR)) {
      vectors.put(CollectionSpec.COLBERT, multiVector(embedding.multiVector().toArray()));
    }
    return PointStruct.newBuilder()
        .setId(id(PointIds.of(chunk.document().id(), chunk.number())))
        .setVectors(namedVectors(vectors))
        .putAllPayload(Payload.of(chunk, run, position))
        .build();
  }

  /** Returns the indices as the client takes them: unsigned numbers in signed ones. */
  static List<Integer> boxed(SparseVector sparse) {
    return IntStream.of(sparse.indices()).boxed().toList();
  }

  boolean isStored() {
    return upserts.stream().allMatch(Calls.Started::isDone);
  }

  void cancel() {
    embeddings.cancel(true);
    upserts.forEach(Calls.Started::cancel);
  }
}
