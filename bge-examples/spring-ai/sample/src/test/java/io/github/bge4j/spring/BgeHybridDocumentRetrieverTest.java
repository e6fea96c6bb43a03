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
    BgeHybridDocumentRetriever retriever =
        new BgeHybridDocumentRetriever(embedder, (query, embedding) -> search(passages, embedding));
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
    new BgeHybridDocumentRetriever(
            embedder,
            (query, embedding) -> {
              assertThat(query).isSameAs(question);
              seen.add(embedding);
              return List.of();
            },
            Output.DENSE,
            Output.SPARSE)
        .apply(question);
    Embedding expected = embedder.embed("bamboo", InputType.QUERY, Output.DENSE, Output.SPARSE);
    assertThat(seen).hasSize(1);
    assertThat(seen.get(0).dense()).isEqualTo(expected.dense());
    assertThat(seen.get(0).lexicalWeights()).isEqualTo(expected.lexicalWeights());
    assertThatThrownBy(seen.get(0)::multiVector).isInstanceOf(InvalidOptionException.class);
  }

  @Test
  void outputThatTheModelDoesNotGive_isRefused(@TempDir Path folder) throws IOException {
    try (BgeEmbedder denseOnly = BgeEmbedder.builder()
        .model(ModelSource.directory(GoldenFiles.writeModel("bert", folder)))
        .build()) {
      assertThatThrownBy(() -> new BgeHybridDocumentRetriever(
              denseOnly, (query, embedding) -> List.of(), Output.SPARSE))
          .isInstanceOf(InvalidOptionException.class)
          .hasMessage("outputs must be of those that the model gives, [DENSE]: [SPARSE];"
              + " BGE-M3 gives all");
    }
  }
}
