package io.github.bge4j.examples.facade;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.embeddings.EmbeddingCreateParams;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The uses that the old service's documentation describes. */
final class ScenariosTest extends SharedFacade {

  private static final List<String> TEXTS = List.of("Rome is old", "Paris is large", "a town");
  private static final List<String> IDS = List.of("doc-1", "doc-2", "doc-3");

  ScenariosTest() {
    super(Map.of());
  }

  private static String input(List<String> texts) {
    return new JsonMapper()
        .createObjectNode()
        .set("input", new JsonMapper().valueToTree(texts))
        .toString();
  }

  private JsonNode first(String path, String text) throws Exception {
    return facade.ask(path, "{\"input\":[\"" + text + "\"]}").at("/data/0");
  }

  private JsonNode sparse(String text) throws Exception {
    return first("/v1/sparse-embeddings", text).path("sparse");
  }

  /** Checks what Qdrant demands of a sparse vector. */
  private static void assertPoint(JsonNode sparse) {
    assertThat(sparse.path("values")).isNotEmpty().hasSameSizeAs(sparse.path("indices"));
    Set<Long> indices = new HashSet<>();
    for (JsonNode index : sparse.path("indices")) {
      assertThat(index.longValue()).isBetween(0L, sparse.path("index_space").longValue() - 1);
      assertThat(indices.add(index.longValue())).as("index %s is unique", index).isTrue();
    }
  }

  @Test
  void denseIngest_byOrder_equalsByIndexAndEachTextAlone() throws Exception {
    JsonNode data = facade.ask("/v1/embeddings", input(TEXTS)).path("data");
    Map<String, JsonNode> byOrder = new HashMap<>();
    Map<String, JsonNode> byIndex = new HashMap<>();
    for (int i = 0; i < data.size(); i++) {
      byOrder.put(IDS.get(i), data.get(i).path("embedding"));
      byIndex.put(IDS.get(data.get(i).path("index").intValue()), data.get(i).path("embedding"));
    }
    assertThat(byOrder).hasSize(3).isEqualTo(byIndex);
    for (int i = 0; i < TEXTS.size(); i++) {
      assertThat(byIndex.get(IDS.get(i)))
          .isEqualTo(first("/v1/embeddings", TEXTS.get(i)).path("embedding"));
    }
  }

  @Test
  void sparseHelper_text_isAPointOfDistinctIndices() throws Exception {
    JsonNode sparse = sparse("Rome is old");
    assertPoint(sparse);
    assertThat(sparse.path("mapping").textValue()).isEqualTo("tokenizer");
    assertThat(sparse.path("index_space").intValue()).isEqualTo(1 << 20);
  }

  @Test
  void hybridHelper_text_hasBothVectorsOfTheOtherRoutes() throws Exception {
    JsonNode hybrid = first("/v1/hybrid-embeddings", "Rome is old");
    assertThat(hybrid.path("dense"))
        .hasSize(64)
        .isEqualTo(first("/v1/embeddings", "Rome is old").path("embedding"));
    assertThat(hybrid.path("sparse")).isEqualTo(sparse("Rome is old"));
    assertPoint(hybrid.path("sparse"));
  }

  /** The client that embeds at OpenAI also embeds here: only its base URL differs. */
  @Test
  void openAiDenseWithOurSparse_text_isOnePoint() throws Exception {
    OpenAIClient openAi =
        OpenAIOkHttpClient.builder().baseUrl(facade.url("/v1")).apiKey("any").build();
    List<Float> dense = openAi
        .embeddings()
        .create(EmbeddingCreateParams.builder()
            .model("text-embedding-3-small")
            .input("Rome is old")
            .build())
        .data()
        .get(0)
        .embedding();
    assertThat(dense).hasSize(64);
    assertPoint(sparse("Rome is old"));
  }

  @Test
  void rerankSearchHits_topOfThem_areTheHitsOfTheBestScores() throws Exception {
    JsonNode all = rerank("");
    JsonNode best = rerank(",\"top_n\":2,\"return_documents\":false");
    List<String> context = new ArrayList<>();
    for (JsonNode result : best) {
      assertThat(result.path("document").isNull()).isTrue();
      context.add(TEXTS.get(result.path("index").intValue()));
    }
    assertThat(context)
        .containsExactly(
            TEXTS.get(all.at("/0/index").intValue()),
            TEXTS.get(all.at("/1/index").intValue()));
    assertThat(all.at("/1/relevance_score").doubleValue())
        .isBetween(
            all.at("/2/relevance_score").doubleValue(),
            all.at("/0/relevance_score").doubleValue());
  }

  private JsonNode rerank(String more) throws Exception {
    String documents = new JsonMapper().valueToTree(TEXTS).toString();
    return facade
        .ask("/v1/rerank", "{\"query\":\"old town\",\"documents\":" + documents + more + "}")
        .path("results");
  }
}
