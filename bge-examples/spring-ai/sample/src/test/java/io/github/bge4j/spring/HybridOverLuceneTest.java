package io.github.bge4j.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.ModelSource;
import io.github.bge4j.QueryInstructions;
import io.github.bge4j.lucene.BgeIndex;
import io.github.bge4j.lucene.Hit;
import io.github.bge4j.lucene.IndexedDocument;
import io.github.bge4j.lucene.SearchRequest;
import io.github.bge4j.testing.GoldenFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.document.Document;
import org.springframework.ai.rag.Query;

/** The retriever over the index of the Lucene module: a query is embedded once for both. */
class HybridOverLuceneTest {

  private static final String QUESTION = "What do bears of China live on?";

  @TempDir
  private Path folder = Path.of("");

  private static BgeHybridDocumentRetriever retriever(BgeEmbedder embedder, BgeIndex index) {
    return BgeHybridDocumentRetriever.builder(embedder, (query, embedding, max) -> {
          SearchRequest.Builder request =
              SearchRequest.builder(query.text()).embedding(embedding).hits(max);
          query.context().forEach((name, value) -> request.where(name, value.toString()));
          return index.search(request.build()).stream()
              .map(HybridOverLuceneTest::document)
              .toList();
        })
        .build();
  }

  private static Document document(Hit hit) {
    return Document.builder()
        .id(hit.document().id())
        .text(hit.document().text())
        .score(hit.score())
        .build();
  }

  private BgeIndex index(BgeEmbedder embedder, String model) throws IOException {
    BgeIndex index = BgeIndex.builder(folder, embedder).model(model).open();
    index.addAll(List.of(
        IndexedDocument.of("paris", "Paris is the capital of France.").with("topic", "cities"),
        IndexedDocument.of("panda", "Giant pandas eat bamboo.").with("topic", "animals"),
        IndexedDocument.of("lyon", "The Rhone flows through Lyon.").with("topic", "cities")));
    index.commit();
    return index;
  }

  /** Dense vectors and BM25, as this model has no sparse weights. */
  @Test
  void retrieve_realModel_findsByMeaningAndByTheContextOfTheQuery() throws IOException {
    try (BgeEmbedder embedder = BgeEmbedder.builder()
            .model(ModelSource.onnxResource(
                getClass().getClassLoader(),
                "bge-small-en-v1.5.onnx",
                "bge-small-en-v1.5-tokenizer.json"))
            .queryInstruction(QueryInstructions.ENGLISH)
            .build();
        BgeIndex index = index(embedder, "bge-small-en-v1.5")) {
      BgeHybridDocumentRetriever retriever = retriever(embedder, index);
      assertThat(retriever.retrieve(new Query(QUESTION)))
          .hasSize(3)
          .isEqualTo(index.search(QUESTION, 10).stream()
              .map(HybridOverLuceneTest::document)
              .toList())
          .first()
          .extracting(Document::getId)
          .isEqualTo("panda");
      Query aboutCities =
          Query.builder().text(QUESTION).context(Map.of("topic", "cities")).build();
      assertThat(retriever.retrieve(aboutCities))
          .extracting(Document::getId)
          .containsExactlyInAnyOrder("paris", "lyon");
    }
  }

  /** Dense and sparse vectors; the third output is given, too, and not asked for. */
  @Test
  void retrieve_modelOfThreeOutputs_findsWhatTheIndexFinds() throws IOException {
    try (BgeEmbedder embedder = BgeEmbedder.builder()
            .model(ModelSource.directory(GoldenFiles.path("m3")))
            .queryInstruction("query: ")
            .build();
        BgeIndex index = index(embedder, "tiny m3")) {
      assertThat(retriever(embedder, index).retrieve(new Query(QUESTION)))
          .hasSize(3)
          .isEqualTo(index.search(QUESTION, 10).stream()
              .map(HybridOverLuceneTest::document)
              .toList());
    }
  }
}
