package io.github.bge4j.qdrant.scenarios;

import static io.qdrant.client.PointIdFactory.id;
import static io.qdrant.client.QueryFactory.fusion;
import static io.qdrant.client.QueryFactory.nearest;
import static io.qdrant.client.VectorFactory.vector;
import static io.qdrant.client.VectorsFactory.namedVectors;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.InputType;
import io.github.bge4j.ModelSource;
import io.github.bge4j.qdrant.QdrantUrl;
import io.github.bge4j.sparse.SparseVector;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.SparseVectorConfig;
import io.qdrant.client.grpc.Collections.SparseVectorParams;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorParamsMap;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import io.qdrant.client.grpc.Points.Fusion;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PrefetchQuery;
import io.qdrant.client.grpc.Points.QueryPoints;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Dense vectors of another service, in OpenAI's shape, and our sparse ones, in one point. */
public final class ForeignDense {

  private ForeignDense() {}

  /** Prints the order of two texts. Arguments: model, server, URL of the service's embeddings. */
  public static void main(String[] args) throws Exception {
    try (BgeEmbedder embedder =
            BgeEmbedder.builder().model(ModelSource.hub(args[0])).build();
        QdrantClient client = QdrantUrl.parse(args[1]).open(System.getenv("QDRANT_API_KEY"))) {
      List<String> texts = List.of("Rome is old", "Paris is large");
      URI service = URI.create(args[2]);
      System.out.println(run(embedder, client, "mixed", service, texts, "How large is Paris?"));
    }
  }

  static List<String> run(
      BgeEmbedder embedder,
      QdrantClient client,
      String collection,
      URI service,
      List<String> texts,
      String question)
      throws Exception {
    List<PointStruct> points = new ArrayList<>();
    for (String text : texts) {
      SparseVector sparse = SparsePoints.sparse(embedder, text, InputType.PASSAGE);
      points.add(PointStruct.newBuilder()
          .setId(id(new UUID(0, points.size())))
          .setVectors(namedVectors(Map.of(
              "dense", vector(openAi(service, text)),
              "lexical", vector(sparse.valueList(), SparsePoints.indices(sparse)))))
          .build());
    }
    float[] dense = openAi(service, question);
    VectorParams params = VectorParams.newBuilder()
        .setSize(dense.length)
        .setDistance(Distance.Cosine)
        .build();
    client
        .createCollectionAsync(CreateCollection.newBuilder()
            .setCollectionName(collection)
            .setVectorsConfig(VectorsConfig.newBuilder()
                .setParamsMap(VectorParamsMap.newBuilder().putMap("dense", params)))
            .setSparseVectorsConfig(SparseVectorConfig.newBuilder()
                .putMap("lexical", SparseVectorParams.getDefaultInstance()))
            .build())
        .get();
    client.upsertAsync(collection, points).get();

    SparseVector sparse = SparsePoints.sparse(embedder, question, InputType.QUERY);
    return client
        .queryAsync(QueryPoints.newBuilder()
            .setCollectionName(collection)
            .addPrefetch(PrefetchQuery.newBuilder().setQuery(nearest(dense)).setUsing("dense"))
            .addPrefetch(PrefetchQuery.newBuilder()
                .setQuery(nearest(sparse.valueList(), SparsePoints.indices(sparse)))
                .setUsing("lexical"))
            .setQuery(fusion(Fusion.DBSF))
            .setLimit(2)
            .build())
        .get()
        .stream()
        .map(hit ->
            texts.get((int) UUID.fromString(hit.getId().getUuid()).getLeastSignificantBits()))
        .toList();
  }

  private static float[] openAi(URI service, String text) throws Exception {
    JsonObject body = new JsonObject();
    body.addProperty("model", "text-embedding-3-small");
    body.addProperty("input", text);
    HttpRequest request = HttpRequest.newBuilder(service)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body.toString()))
        .build();
    String answer =
        HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    var numbers = JsonParser.parseString(answer)
        .getAsJsonObject()
        .getAsJsonArray("data")
        .get(0)
        .getAsJsonObject()
        .getAsJsonArray("embedding");
    float[] dense = new float[numbers.size()];
    for (int i = 0; i < dense.length; i++) {
      dense[i] = numbers.get(i).getAsFloat();
    }
    return dense;
  }
}
