package io.github.bge4j.qdrant.scenarios;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.ModelSource;
import io.github.bge4j.Output;
import io.github.bge4j.qdrant.CollectionSpec;
import io.github.bge4j.qdrant.QdrantIngest;
import io.github.bge4j.qdrant.QdrantSearch;
import io.github.bge4j.qdrant.QdrantUrl;
import io.github.bge4j.qdrant.SearchHit;
import io.github.bge4j.qdrant.SourceDocument;
import io.qdrant.client.QdrantClient;
import java.util.List;

/** Dense and sparse vectors from one pass of the model, found and fused in one query. */
public final class HybridSearch {

  private HybridSearch() {}

  /** Prints the best two documents for a question. Arguments: model, server. */
  public static void main(String[] args) throws Exception {
    try (BgeEmbedder embedder =
            BgeEmbedder.builder().model(ModelSource.hub(args[0])).build();
        QdrantClient client = QdrantUrl.parse(args[1]).open(System.getenv("QDRANT_API_KEY"))) {
      List<SourceDocument> documents = List.of(
          new SourceDocument("rome", "Rome is old"),
          new SourceDocument("paris", "Paris is large"),
          new SourceDocument("town", "a town"));
      System.out.println(run(embedder, client, "hybrid", documents, "How large is Paris?"));
    }
  }

  static List<String> run(
      BgeEmbedder embedder,
      QdrantClient client,
      String collection,
      List<SourceDocument> documents,
      String question) {
    CollectionSpec spec = CollectionSpec.builder(collection, "bge-m3")
        .outputs(Output.DENSE, Output.SPARSE)
        .build();
    QdrantIngest.builder(client, embedder, spec).build().run(documents);
    return QdrantSearch.builder(client, embedder, spec).build().search(question, 2).stream()
        .map(SearchHit::documentId)
        .toList();
  }
}
