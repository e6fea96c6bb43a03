package io.github.bge4j.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.Embedding;
import io.github.bge4j.HybridScore;
import io.github.bge4j.InputType;
import io.github.bge4j.InvalidOptionException;
import io.github.bge4j.ModelSource;
import io.github.bge4j.Output;
import io.github.bge4j.testing.GoldenFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.document.Document;
import org.springframework.ai.rag.Query;

class BgeHybridDocumentRetrieverTest {

  private static final List<String> TEXTS =
      List.of("Paris is in France.", "Pandas eat bamboo.", "Bamboo is a grass.");

  private static BgeEmbedder embedder;

  @BeforeAll
  static void open() {
    embedder = BgeEmbedder.builder()
        .model(ModelSource.directory(GoldenFiles.path("m3")))
        .queryInstruction("query: ")
        .build();
  }

  @AfterAll
  static void close() {
    embedder.close();
  }

  /** A store in memory that scores as {@code compute_score} of FlagEmbedding does. */
  private static List<Document> search(List<Embedding> passages, Embedding query) {
    return IntStream.range(0, passages.size())
        .mapToObj(i -> Document.builder()
            .text(TEXTS.get(i))
            .score((double) HybridScore.of(query, passages.get(i), HybridScore.Weights.EQUAL)
                .all())
            .build())
        .sorted(Comparator.comparing(Document::getScore, Comparator.reverseOrder()))
        .toList();
  }

  @Test
  void retrieve_searchByThreeOutputs_findsByAllOfThem() {
    List<Embedding> passages = embedder.embed(TEXTS, Output.values());
    BgeHybridDocumentRetriever retriever = BgeHybridDocumentRetriever.builder(
            embedder, (query, embedding, max) -> search(passages, embedding))
        .build();
    String question = "What do pandas eat?";
    assertThat(retriever.retrieve(new Query(question)))
        .extracting(Document::getScore)
        .isEqualTo(
            search(passages, embedder.embed(question, InputType.QUERY, Output.values())).stream()
                .map(Document::getScore)
                .toList());
  }

  @Test
  void retrieve_query_isEmbeddedOnceWithItsInstructionAndTheOutputsThatWereNamed() {
    List<Embedding> seen = new ArrayList<>();
    Query question =
        Query.builder().text("bamboo").context(java.util.Map.of("k", "v")).build();
    BgeHybridDocumentRetriever.builder(embedder, (query, embedding, max) -> {
          assertThat(query).isSameAs(question);
          assertThat(max).isEqualTo(7);
          seen.add(embedding);
          return List.of();
        })
        .outputs(Output.DENSE, Output.SPARSE)
        .maxResults(7)
        .build()
        .apply(question);
    Embedding expected = embedder.embed("bamboo", InputType.QUERY, Output.DENSE, Output.SPARSE);
    assertThat(seen).hasSize(1);
    assertThat(seen.get(0).dense()).isEqualTo(expected.dense());
    assertThat(seen.get(0).lexicalWeights()).isEqualTo(expected.lexicalWeights());
    assertThatThrownBy(seen.get(0)::multiVector).isInstanceOf(InvalidOptionException.class);
  }

  @Test
  void retrieve_searchThatFails_isItsExceptionOrHasItAsTheCause() {
    IOException lost = new IOException("connection lost");
    assertThatThrownBy(() -> failing(lost).retrieve(new Query("q")))
        .isInstanceOf(IllegalStateException.class)
        .hasCause(lost)
        .hasMessageContaining("connection lost");
    RuntimeException full = new IllegalArgumentException("full");
    assertThatThrownBy(() -> failing(full).retrieve(new Query("q"))).isSameAs(full);
  }

  private static BgeHybridDocumentRetriever failing(Exception failure) {
    return BgeHybridDocumentRetriever.builder(embedder, (query, embedding, max) -> {
          throw failure;
        })
        .build();
  }

  @Test
  void settingsOutOfBounds_areRefused(@TempDir Path folder) throws IOException {
    try (BgeEmbedder denseOnly = BgeEmbedder.builder()
        .model(ModelSource.directory(GoldenFiles.writeModel("bert", folder)))
        .build()) {
      BgeHybridDocumentRetriever.Builder builder =
          BgeHybridDocumentRetriever.builder(denseOnly, (query, embedding, max) -> List.of());
      assertThatThrownBy(() -> builder.outputs(Output.SPARSE))
          .isInstanceOf(InvalidOptionException.class)
          .hasMessage("outputs of a query must be some of those that the model gives, [DENSE]:"
              + " [SPARSE]; leave them unset for all");
      assertThatThrownBy(builder::outputs).isInstanceOf(InvalidOptionException.class);
      assertThatThrownBy(() -> builder.maxResults(0)).isInstanceOf(InvalidOptionException.class);
    }
  }
}
