package io.github.bge4j.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.rag.content.Content;
import dev.langchain4j.rag.content.retriever.ContentRetriever;
import dev.langchain4j.rag.query.Metadata;
import dev.langchain4j.rag.query.Query;
import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.DeadlineException;
import io.github.bge4j.Embedding;
import io.github.bge4j.InputType;
import io.github.bge4j.InvalidOptionException;
import io.github.bge4j.Output;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BgeHybridContentRetrieverTest {

  private static final List<String> PASSAGES = List.of(
      "Pandas live in China.",
      "The Nile is a river of Africa.",
      "Bamboo grows fast.",
      "Lesotho lies within South Africa.",
      "Where do pandas live?");
  private static final Query QUERY = Query.from("Where do pandas live?");

  private static BgeEmbedder embedder;
  private static HybridMemory memory;

  @BeforeAll
  static void open() {
    embedder = TestModels.m3();
    memory = new HybridMemory(embedder, PASSAGES);
  }

  @AfterAll
  static void close() {
    embedder.close();
  }

  @Test
  void retrieve_allOutputs_ranksByTheHybridScoreOfTheInstructedQuery() {
    Embedding query = embedder.embed(QUERY.text(), InputType.QUERY, Output.values());
    List<String> expected = PASSAGES.stream()
        .sorted(Comparator.comparingDouble((String passage) ->
            -HybridMemory.score(query, embedder.embed(passage, Output.values()))))
        .toList();

    List<Content> found =
        BgeHybridContentRetriever.builder(embedder, memory).build().retrieve(QUERY);

    assertThat(found).extracting(it -> it.textSegment().text()).containsExactlyElementsOf(expected);
    assertThat(HybridMemory.score(found.get(0)))
        .isEqualTo(HybridMemory.score(
            query, embedder.embed(found.get(0).textSegment().text(), Output.values())));
  }

  @Test
  void retrieve_storeFails_failsAsLangChain4jDoesWithItsCause() {
    IOException cause = new IOException("no such table");
    ContentRetriever retriever = BgeHybridContentRetriever.builder(
            embedder, (query, embedding, maxResults) -> {
              throw cause;
            })
        .build();
    assertThatThrownBy(() -> retriever.retrieve(QUERY))
        .isInstanceOf(LangChain4jException.class)
        .hasMessage("the search of a store failed: no such table")
        .hasCause(cause);
  }

  @Test
  void retrieve_query_isEmbeddedOnceWithAllThatTheModelGives() {
    HybridMemory own = new HybridMemory(embedder, PASSAGES);
    BgeHybridContentRetriever.builder(embedder, own).build().retrieve(QUERY);
    Embedding expected = embedder.embed(QUERY.text(), InputType.QUERY, Output.values());
    assertThat(own.asked()).singleElement().satisfies(asked -> {
      assertThat(asked.dense()).isEqualTo(expected.dense());
      assertThat(asked.lexicalWeights()).isEqualTo(expected.lexicalWeights());
      assertThat(asked.multiVector()).isEqualTo(expected.multiVector());
    });
  }

  @Test
  void retrieve_outputsAndMaxResults_areWhatTheSearchIsGiven() {
    List<String> asked = new ArrayList<>();
    Query withMetadata =
        Query.from("pandas", Metadata.from(UserMessage.from("pandas"), "user-7", List.of()));
    ContentRetriever retriever = BgeHybridContentRetriever.builder(
            embedder, (query, embedding, maxResults) -> {
              asked.add(query.metadata().chatMemoryId() + " " + maxResults + " "
                  + embedding.lexicalWeights().size());
              assertThatThrownBy(embedding::multiVector).isInstanceOf(InvalidOptionException.class);
              return List.of();
            })
        .outputs(Output.DENSE, Output.SPARSE)
        .maxResults(3)
        .build();
    assertThat(retriever.retrieve(withMetadata)).isEmpty();
    int weights = embedder
        .embed("pandas", InputType.QUERY, Output.SPARSE)
        .lexicalWeights()
        .size();
    assertThat(asked).containsExactly("user-7 3 " + weights);
  }

  @Test
  void outputs_thatTheModelLacks_areRefused() {
    try (BgeEmbedder dense = TestModels.openSmall()) {
      BgeHybridContentRetriever.Builder builder =
          BgeHybridContentRetriever.builder(dense, (query, embedding, max) -> List.of());
      assertThatThrownBy(() -> builder.outputs(Output.SPARSE))
          .isInstanceOf(InvalidOptionException.class)
          .hasMessage("outputs of a query must be some of those that the model gives, [DENSE]:"
              + " [SPARSE]; leave them unset for all");
      assertThatThrownBy(builder::outputs).isInstanceOf(InvalidOptionException.class);
    }
  }

  @Test
  void maxResults_belowOne_isRefused() {
    BgeHybridContentRetriever.Builder builder = BgeHybridContentRetriever.builder(embedder, memory);
    assertThatThrownBy(() -> builder.maxResults(0))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage("max results must be at least 1: 0; leave it unset for the default");
  }

  @Test
  void embeddingTimeout_past_failsTheCall() {
    ContentRetriever hurried = BgeHybridContentRetriever.builder(embedder, memory)
        .embeddingTimeout(Duration.ZERO)
        .build();
    assertThatThrownBy(() -> hurried.retrieve(QUERY)).isInstanceOf(DeadlineException.class);
  }
}
