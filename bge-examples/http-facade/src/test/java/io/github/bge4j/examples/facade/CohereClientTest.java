package io.github.bge4j.examples.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.cohere.api.Cohere;
import com.cohere.api.errors.BadRequestError;
import com.cohere.api.errors.TooManyRequestsError;
import com.cohere.api.errors.UnauthorizedError;
import com.cohere.api.requests.RerankRequest;
import com.cohere.api.resources.v2.requests.V2RerankRequest;
import com.cohere.api.resources.v2.types.V2RerankResponse;
import com.cohere.api.types.RerankRequestDocumentsItem;
import com.cohere.api.types.RerankResponse;
import com.cohere.api.types.RerankResponseResultsItemDocument;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The service as Cohere's Java library sees it, by its first and second version of rerank. */
final class CohereClientTest extends SharedFacade {

  private static final String KEY = "secret";

  CohereClientTest() {
    super(Map.of("API_KEY", KEY));
  }

  private static Cohere client(RunningFacade facade, String key) {
    return Cohere.builder().url(facade.url("")).token(key).maxRetries(0).build();
  }

  private static V2RerankRequest second(String... documents) {
    return V2RerankRequest.builder()
        .model("bge-reranker-v2-m3")
        .query("old town")
        .documents(List.of(documents))
        .topN(2)
        .build();
  }

  @Test
  void rerank_first_returnsTheBestDocuments() {
    RerankResponse answer = client(facade, KEY)
        .rerank(RerankRequest.builder()
            .query("old town")
            .documents(List.of(
                RerankRequestDocumentsItem.of("Rome"),
                RerankRequestDocumentsItem.of(Map.of("text", "Paris is large", "id", "7"))))
            .returnDocuments(true)
            .build());
    assertThat(answer.getResults()).hasSize(2);
    assertThat(answer.getResults().get(0).getRelevanceScore())
        .isGreaterThanOrEqualTo(answer.getResults().get(1).getRelevanceScore());
    assertThat(answer.getResults())
        .extracting(it ->
            it.getDocument().map(RerankResponseResultsItemDocument::getText).orElse("none"))
        .containsExactlyInAnyOrder("Rome", "Paris is large");
    assertThat(answer.getId()).isPresent();
    assertThat(
            answer.getMeta().flatMap(it -> it.getBilledUnits()).flatMap(it -> it.getSearchUnits()))
        .hasValue(1.0);
  }

  @Test
  void rerank_second_answersAsTheFirst() {
    V2RerankResponse answer =
        client(facade, KEY).v2().rerank(second("Rome", "Paris is large", "a"));
    RerankResponse first = client(facade, KEY)
        .rerank(RerankRequest.builder()
            .query("old town")
            .documents(List.of(
                RerankRequestDocumentsItem.of("Rome"),
                RerankRequestDocumentsItem.of("Paris is large"),
                RerankRequestDocumentsItem.of("a")))
            .topN(2)
            .build());
    assertThat(answer.getResults()).hasSize(2);
    assertThat(answer.getResults())
        .extracting(it -> it.getIndex() + " " + it.getRelevanceScore())
        .isEqualTo(first.getResults().stream()
            .map(it -> it.getIndex() + " " + it.getRelevanceScore())
            .toList());
    assertThat(answer.getMeta().flatMap(it -> it.getTokens()).flatMap(it -> it.getInputTokens()))
        .hasValueSatisfying(tokens -> assertThat(tokens).isPositive());
  }

  @Test
  void rerank_refusedRequests_areTypedErrors() throws Exception {
    assertThatThrownBy(() -> client(facade, KEY).v2().rerank(second("")))
        .isInstanceOf(BadRequestError.class)
        .extracting(String::valueOf)
        .asString()
        .contains("must not be empty or blank");
    assertThatThrownBy(() -> client(facade, "guess").v2().rerank(second("a")))
        .isInstanceOf(UnauthorizedError.class);
    try (RunningFacade busy = new RunningFacade(new BusyModels())) {
      busy.settled();
      assertThatThrownBy(() -> client(busy, KEY).v2().rerank(second("a")))
          .isInstanceOf(TooManyRequestsError.class);
    }
  }
}
