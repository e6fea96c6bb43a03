package io.github.bge4j.examples.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.cohere.api.Cohere;
import com.cohere.api.errors.BadRequestError;
import com.cohere.api.errors.TooManyRequestsError;
import com.cohere.api.errors.UnauthorizedError;
import com.cohere.api.requests.RerankRequest;
import com.cohere.api.resources.v2.requests.V2EmbedRequest;
import com.cohere.api.resources.v2.requests.V2RerankRequest;
import com.cohere.api.resources.v2.types.V2RerankResponse;
import com.cohere.api.types.EmbedByTypeResponse;
import com.cohere.api.types.EmbedByTypeResponseEmbeddings;
import com.cohere.api.types.EmbedInputType;
import com.cohere.api.types.EmbeddingType;
import com.cohere.api.types.RerankRequestDocumentsItem;
import com.cohere.api.types.RerankResponse;
import com.cohere.api.types.RerankResponseResultsItemDocument;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The service as Cohere's Java library sees it, by its first and second version of rerank and
 * embed.
 */
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

  @Test
  void embed_second_hasAllTypes() {
    EmbedByTypeResponse answer = client(facade, KEY)
        .v2()
        .embed(V2EmbedRequest.builder()
            .model("bge-m3")
            .inputType(EmbedInputType.SEARCH_DOCUMENT)
            .texts(List.of("Paris is large", "Rome"))
            .embeddingTypes(List.of(
                EmbeddingType.FLOAT,
                EmbeddingType.BASE_64,
                EmbeddingType.INT_8,
                EmbeddingType.UINT_8,
                EmbeddingType.BINARY,
                EmbeddingType.UBINARY))
            .build());
    EmbedByTypeResponseEmbeddings types = answer.getEmbeddings();
    List<Double> floats = types.getFloat().orElseThrow().get(0);
    assertThat(floats).hasSize(64);
    assertThat(types.getBase64().orElseThrow()).hasSize(2);
    List<Integer> ints = types.getInt8().orElseThrow().get(0);
    assertThat(cosine(floats, ints)).isGreaterThan(0.999);
    assertThat(types.getUint8().orElseThrow().get(0))
        .isEqualTo(ints.stream().map(value -> value + 128).toList());
    List<Integer> bits = types.getUbinary().orElseThrow().get(0);
    assertThat(bits).hasSize(8);
    assertThat(types.getBinary().orElseThrow().get(0))
        .isEqualTo(bits.stream().map(value -> value - 128).toList());
    assertThat(bits.get(0) >= 128).isEqualTo(floats.get(0) > 0);
    assertThat(answer.getTexts()).hasValue(List.of("Paris is large", "Rome"));
  }

  private static double cosine(List<Double> a, List<Integer> b) {
    double dot = 0;
    double norm = 0;
    for (int i = 0; i < a.size(); i++) {
      dot += a.get(i) * b.get(i);
      norm += (double) b.get(i) * b.get(i);
    }
    return dot / Math.sqrt(norm);
  }

  @Test
  void embed_refusedRequests_areTypedErrors() {
    assertThatThrownBy(() -> client(facade, KEY)
            .v2()
            .embed(V2EmbedRequest.builder()
                .model("bge-m3")
                .inputType(EmbedInputType.SEARCH_QUERY)
                .texts(List.of(""))
                .build()))
        .isInstanceOf(BadRequestError.class);
  }
}
