package io.github.bge4j.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.rag.content.retriever.ContentRetriever;
import dev.langchain4j.rag.query.Query;
import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.lucene.BgeIndex;
import io.github.bge4j.lucene.IndexedDocument;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The retriever over the index of the Lucene module: a query is embedded once for both. */
final class HybridOverLuceneTest {

  @TempDir
  private Path folder;

  @Test
  void retrieve_overALuceneIndex_findsWhatTheIndexFinds() throws Exception {
    try (BgeEmbedder embedder = TestModels.m3();
        BgeIndex index = BgeIndex.builder(folder, embedder).model("tiny m3").open()) {
      index.addAll(List.of(
          IndexedDocument.of("a", "Paris is the capital of France."),
          IndexedDocument.of("b", "Giant pandas eat bamboo."),
          IndexedDocument.of("c", "The Rhone flows through Lyon.")));
      index.commit();
      ContentRetriever retriever = RagExample.hybrid(embedder, index);
      assertThat(retriever.retrieve(Query.from("What do pandas eat?")))
          .extracting(content -> content.textSegment().text())
          .hasSize(3)
          .containsExactlyElementsOf(index.search("What do pandas eat?", 10).stream()
              .map(hit -> hit.document().text())
              .toList());
    }
  }
}
