package io.github.bge4j.examples.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.model.cohere.CohereEmbeddingModel;
import dev.langchain4j.model.cohere.CohereScoringModel;
import dev.langchain4j.model.jina.JinaScoringModel;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel.OpenAiEmbeddingModelBuilder;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.scoring.ScoringModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service as LangChain4j's models of OpenAI, Cohere and Jina see it. */
final class LangChain4jClientTest extends SharedFacade {

  private static final String QUERY = "old town";
  private static final List<TextSegment> SEGMENTS =
      List.of(TextSegment.from("Rome"), TextSegment.from("Paris is large"), TextSegment.from("a"));

  LangChain4jClientTest() {
    super(Map.of());
  }

  private static OpenAiEmbeddingModelBuilder embedder(RunningFacade facade) {
    return OpenAiEmbeddingModel.builder()
        .baseUrl(facade.url("/v1"))
        .apiKey("any")
        .modelName("bge-m3")
        .maxRetries(0);
  }

  @Test
  void embedAll_segments_isOrderedWithUsage() {
    OpenAiEmbeddingModel model = embedder(facade).build();
    Response<List<Embedding>> all = model.embedAll(SEGMENTS);
    assertThat(all.content()).hasSize(3);
    assertThat(all.content().get(1)).isEqualTo(model.embed("Paris is large").content());
    assertThat(all.content().get(1).dimension()).isEqualTo(64);
    assertThat(inputTokens(all)).isGreaterThan(6);
  }

  @Test
  void embed_base64_equalsFloat() {
    assertThat(embedder(facade).encodingFormat("base64").build().embed("Paris").content())
        .isEqualTo(
            embedder(facade).encodingFormat("float").build().embed("Paris").content());
  }

  @Test
  void embed_refusedRequests_areTypedExceptions(@TempDir Path folder) throws Exception {
    assertThatThrownBy(() -> embedder(facade).dimensions(8).build().embed("a"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("dimensions must be 64: 8");
    try (RunningFacade locked = new RunningFacade(folder, Map.of("API_KEY", "secret"))) {
      assertThatThrownBy(() -> embedder(locked).build().embed("a"))
          .isInstanceOf(AuthenticationException.class);
    }
    try (RunningFacade busy = new RunningFacade(new BusyModels())) {
      busy.settled();
      assertThatThrownBy(() -> embedder(busy).build().embed("a"))
          .isInstanceOf(RateLimitException.class);
    }
  }

  private static int inputTokens(Response<?> response) {
    return Objects.requireNonNull(response.tokenUsage()).inputTokenCount();
  }

  private List<Double> served() throws Exception {
    JsonNode answer = facade.ask(
        "/v1/rerank", "{\"query\":\"old town\",\"documents\":[\"Rome\",\"Paris is large\",\"a\"]}");
    List<Double> scores = new ArrayList<>(List.of(0.0, 0.0, 0.0));
    for (JsonNode result : answer.path("results")) {
      scores.set(result.path("index").intValue(), result.path("relevance_score").doubleValue());
    }
    return scores;
  }

  /** Its model reads {@code meta.billed_units.search_units} unchecked: without it, null pointer. */
  @Test
  void scoreAll_cohere_isInTheOrderOfTheSegments() throws Exception {
    ScoringModel model = CohereScoringModel.builder()
        .baseUrl(facade.url("/v1/"))
        .apiKey("any")
        .modelName("bge-reranker-v2-m3")
        .maxRetries(0)
        .build();
    Response<List<Double>> scores = model.scoreAll(SEGMENTS, QUERY);
    assertThat(scores.content()).isEqualTo(served());
    assertThat(inputTokens(scores)).as("search units").isEqualTo(1);
  }

  @Test
  void scoreAll_jina_isInTheOrderOfTheSegmentsWithUsage() throws Exception {
    ScoringModel model = JinaScoringModel.builder()
        .baseUrl(facade.url("/v1/"))
        .apiKey("any")
        .modelName("bge-reranker-v2-m3")
        .maxRetries(0)
        .build();
    Response<List<Double>> scores = model.scoreAll(SEGMENTS, QUERY);
    assertThat(scores.content()).isEqualTo(served());
    assertThat(inputTokens(scores)).isGreaterThan(6);
  }

  @Test
  void embedAll_cohere_isInTheOrderOfTheSegments() {
    Response<List<Embedding>> all = CohereEmbeddingModel.builder()
        .baseUrl(facade.url("/v1/"))
        .apiKey("any")
        .modelName("bge-m3")
        .inputType("search_document")
        .build()
        .embedAll(SEGMENTS);
    assertThat(all.content())
        .isEqualTo(embedder(facade).build().embedAll(SEGMENTS).content());
    assertThat(inputTokens(all)).isGreaterThan(6);
  }
}
