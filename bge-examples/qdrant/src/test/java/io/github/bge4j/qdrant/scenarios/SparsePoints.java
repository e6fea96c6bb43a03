package io.github.bge4j.qdrant.scenarios;

import static io.qdrant.client.PointIdFactory.id;
import static io.qdrant.client.QueryFactory.nearest;
import static io.qdrant.client.VectorFactory.vector;
import static io.qdrant.client.VectorsFactory.namedVectors;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.InputType;
import io.github.bge4j.ModelSource;
import io.github.bge4j.Output;
import io.github.bge4j.qdrant.QdrantUrl;
import io.github.bge4j.sparse.SparseTokenMapper;
import io.github.bge4j.sparse.SparseVector;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.SparseVectorConfig;
import io.qdrant.client.grpc.Collections.SparseVectorParams;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.QueryPoints;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/** Lexical weights as a sparse vector: no IDF at the server, the model's weights are final. */
public final class SparsePoints {

  private static final SparseTokenMapper MAPPER = SparseTokenMapper.tokenizer();

  private SparsePoints() {}

  /** Prints the scores of two texts for a question. Arguments: model, server. */
  public static void main(String[] args) throws Exception {
    try (BgeEmbedder embedder =
            BgeEmbedder.builder().model(ModelSource.hub(args[0])).build();
        QdrantClient client = QdrantUrl.parse(args[1]).open(System.getenv("QDRANT_API_KEY"))) {
      List<String> texts = List.of("Rome is old", "Paris is large");
      System.out.println(run(embedder, client, "lexical", texts, "How large is Paris?"));
    }
  }

  static List<Float> run(
      BgeEmbedder embedder,
      QdrantClient client,
      String collection,
      List<String> texts,
      String question)
      throws Exception {
    client
        .createCollectionAsync(CreateCollection.newBuilder()
            .setCollectionName(collection)
            .setSparseVectorsConfig(SparseVectorConfig.newBuilder()
                .putMap("lexical", SparseVectorParams.getDefaultInstance()))
            .build())
        .get();
    List<PointStruct> points = new ArrayList<>();
    for (String text : texts) {
      SparseVector sparse = sparse(embedder, text, InputType.PASSAGE);
      points.add(PointStruct.newBuilder()
          .setId(id(new UUID(0, points.size())))
          .setVectors(namedVectors(
              java.util.Map.of("lexical", vector(sparse.valueList(), indices(sparse)))))
          .build());
    }
    client.upsertAsync(collection, points).get();

    SparseVector asked = sparse(embedder, question, InputType.QUERY);
    return client
        .queryAsync(QueryPoints.newBuilder()
            .setCollectionName(collection)
            .setQuery(nearest(asked.valueList(), indices(asked)))
            .setUsing("lexical")
            .setLimit(10)
            .build())
        .get()
        .stream()
        .map(hit -> hit.getScore())
        .toList();
  }

  static SparseVector sparse(BgeEmbedder embedder, String text, InputType type) {
    return MAPPER.map(embedder.embed(text, type, Output.SPARSE).lexicalWeights());
  }

  /** The client has unsigned numbers in signed ones, as {@link SparseVector#indices} has. */
  static List<Integer> indices(SparseVector sparse) {
    return IntStream.of(sparse.indices()).boxed().toList();
  }
}
