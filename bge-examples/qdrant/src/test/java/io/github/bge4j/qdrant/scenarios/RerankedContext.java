package io.github.bge4j.qdrant.scenarios;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.BgeReranker;
import io.github.bge4j.ModelSource;
import io.github.bge4j.qdrant.CollectionSpec;
import io.github.bge4j.qdrant.QdrantIngest;
import io.github.bge4j.qdrant.QdrantSearch;
import io.github.bge4j.qdrant.QdrantUrl;
import io.github.bge4j.qdrant.SearchHit;
import io.github.bge4j.qdrant.SourceDocument;
import io.qdrant.client.QdrantClient;
import java.util.List;

/** The hits of a search in the order of a reranker, as the context of a question. */
public final class RerankedContext {

  private RerankedContext() {}

  /** Prints the best two passages of all. Arguments: model, server, reranker. */
  public static void main(String[] args) throws Exception {
    try (BgeEmbedder embedder =
            BgeEmbedder.builder().model(ModelSource.hub(args[0])).build();
        BgeReranker reranker =
            BgeReranker.builder().model(ModelSource.hub(args[2])).build();
        QdrantClient client = QdrantUrl.parse(args[1]).open(System.getenv("QDRANT_API_KEY"))) {
      List<SourceDocument> documents = List.of(
          new SourceDocument("rome", "Rome is old"),
          new SourceDocument("paris", "Paris is large"),
          new SourceDocument("town", "a town"));
      run(embedder, reranker, client, "context", documents, "an old town")
          .forEach(hit -> System.out.println(hit.score() + " " + hit.text()));
    }
  }

  static List<SearchHit> run(
      BgeEmbedder embedder,
      BgeReranker reranker,
      QdrantClient client,
      String collection,
      List<SourceDocument> documents,
      String question) {
    CollectionSpec spec = CollectionSpec.builder(collection, "bge-m3").build();
    QdrantIngest.builder(client, embedder, spec).build().run(documents);
    return QdrantSearch.builder(client, embedder, spec)
        .reranker(reranker)
        .rerankDepth(3)
        .build()
        .search(question, 2);
  }
}
