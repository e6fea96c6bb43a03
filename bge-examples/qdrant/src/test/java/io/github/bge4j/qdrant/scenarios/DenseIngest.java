package io.github.bge4j.qdrant.scenarios;

import static io.qdrant.client.PointIdFactory.id;
import static io.qdrant.client.QueryFactory.nearest;
import static io.qdrant.client.ValueFactory.value;
import static io.qdrant.client.VectorsFactory.vectors;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.InputType;
import io.github.bge4j.ModelSource;
import io.github.bge4j.qdrant.QdrantUrl;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.WithPayloadSelectorFactory;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.ScoredPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Dense vectors of many texts in one call; the result has the order of the input. */
public final class DenseIngest {

  private DenseIngest() {}

  /** Stores three texts, and prints the best two for a question. Arguments: model, server. */
  public static void main(String[] args) throws Exception {
    try (BgeEmbedder embedder =
            BgeEmbedder.builder().model(ModelSource.hub(args[0])).build();
        QdrantClient client = QdrantUrl.parse(args[1]).open(System.getenv("QDRANT_API_KEY"))) {
      List<String> texts =
          List.of("Paris is the capital of France.", "Pandas eat bamboo.", "Rome is old.");
      System.out.println(run(embedder, client, "cities", texts, "Where is the French government?"));
    }
  }

  static List<String> run(
      BgeEmbedder embedder,
      QdrantClient client,
      String collection,
      List<String> texts,
      String question)
      throws Exception {
    client
        .createCollectionAsync(
            collection,
            VectorParams.newBuilder()
                .setSize(embedder.dimension())
                .setDistance(Distance.Cosine)
                .build())
        .get();
    List<float[]> dense = embedder.dense(texts);
    List<PointStruct> points = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      points.add(PointStruct.newBuilder()
          .setId(id(new UUID(0, i)))
          .setVectors(vectors(dense.get(i)))
          .putPayload("text", value(texts.get(i)))
          .build());
    }
    client.upsertAsync(collection, points).get();

    List<ScoredPoint> hits = client
        .queryAsync(QueryPoints.newBuilder()
            .setCollectionName(collection)
            .setQuery(nearest(embedder.dense(question, InputType.QUERY)))
            .setLimit(2)
            .setWithPayload(WithPayloadSelectorFactory.enable(true))
            .build())
        .get();
    return hits.stream()
        .map(hit -> hit.getPayloadOrThrow("text").getStringValue())
        .toList();
  }
}
