package io.github.bge4j.examples.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.Embedding;
import io.github.bge4j.ModelSource;
import io.github.bge4j.MultiVector;
import io.github.bge4j.Output;
import io.github.bge4j.testing.GoldenFiles;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ColBERT vectors, and the tokens that they and the lexical weights belong to. */
final class MultiVectorTest extends SharedFacade {

  MultiVectorTest() {
    super(Map.of("SPARSE_TOKEN_MAPPING", "hash", "MAX_TEXT_CHARS", "200000"));
  }

  private static Embedding expected(String text) {
    try (BgeEmbedder embedder = BgeEmbedder.builder()
        .model(ModelSource.directory(GoldenFiles.path("m3")))
        .workers(1)
        .build()) {
      return embedder.embed(text, Output.DENSE, Output.SPARSE, Output.MULTI_VECTOR);
    }
  }

  private static void assertRows(JsonNode rows, MultiVector expected) {
    assertThat(rows).hasSize(expected.rows());
    for (int i = 0; i < expected.rows(); i++) {
      for (int j = 0; j < expected.dimension(); j++) {
        assertThat(rows.get(i).get(j).floatValue()).isEqualTo(expected.row(i)[j]);
      }
    }
  }

  @Test
  void multiVector_text_isTheLibrarys() throws Exception {
    JsonNode answer =
        facade.ask("/v1/multi-vector-embeddings", "{\"input\":[\"Paris is large\",\"Rome\"]}");
    assertThat(answer.path("model").textValue())
        .isEqualTo(GoldenFiles.path("m3").toString());
    assertRows(answer.at("/data/0/colbert"), expected("Paris is large").multiVector());
    assertThat(answer.at("/data/1/colbert"))
        .hasSizeLessThan(answer.at("/data/0/colbert").size());
    assertThat(answer.at("/data/0").has("dense")).isFalse();
    assertThat(answer.at("/usage/total_tokens").intValue()).isGreaterThan(5);
  }

  @Test
  void multiVector_base64_hasTheFloatsBits() throws Exception {
    JsonNode rows = facade
        .ask("/v1/multi-vector-embeddings", "{\"input\":\"Rome\",\"encoding_format\":\"base64\"}")
        .at("/data/0/colbert");
    MultiVector expected = expected("Rome").multiVector();
    assertThat(rows).hasSize(expected.rows());
    for (int i = 0; i < expected.rows(); i++) {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(rows.get(i).textValue()))
          .order(ByteOrder.LITTLE_ENDIAN);
      for (float value : expected.row(i)) {
        assertThat(bytes.getFloat()).isEqualTo(value);
      }
      assertThat(bytes.hasRemaining()).isFalse();
    }
  }

  @Test
  void hybrid_outputs_areTheOnesAskedFor() throws Exception {
    JsonNode all = facade.ask(
        "/v1/hybrid-embeddings",
        "{\"input\":\"Rome\",\"outputs\":[\"dense\",\"sparse\",\"colbert\"]}");
    assertRows(all.at("/data/0/colbert"), expected("Rome").multiVector());
    assertThat(all.at("/data/0/dense")).hasSize(64);
    assertThat(all.at("/data/0/sparse/indices")).isNotEmpty();
    JsonNode one =
        facade.ask("/v1/hybrid-embeddings", "{\"input\":\"Rome\",\"outputs\":[\"sparse\"]}");
    assertThat(one.at("/data/0/sparse")).isEqualTo(all.at("/data/0/sparse"));
    assertThat(one.at("/data/0").properties()).hasSize(2);
  }

  /** Weights are by token, whatever the mapping makes of the token. */
  @Test
  void hybrid_returnTokens_haveTheirWeightsAndPlaces() throws Exception {
    String text = "Paris is large";
    JsonNode tokens = facade
        .ask("/v1/hybrid-embeddings", "{\"input\":\"" + text + "\",\"return_tokens\":true}")
        .at("/data/0/tokens");
    Embedding expected = expected(text);
    List<Integer> ids = new ArrayList<>();
    double weights = 0;
    for (JsonNode token : tokens) {
      ids.add(token.path("id").intValue());
      weights += token.path("weight").doubleValue();
      if (!token.path("special").booleanValue()) {
        assertThat(token.path("text").textValue())
            .isEqualTo(text.substring(
                token.path("start").intValue(), token.path("stop").intValue()));
      }
    }
    assertThat(ids)
        .containsExactlyElementsOf(Arrays.stream(expected.tokenIds()).boxed().toList());
    double sum = 0;
    for (float weight : expected.lexicalWeights().values()) {
      sum += weight;
    }
    assertThat(weights).isCloseTo(sum, within(1e-5));
    assertThat(tokens.at("/0/start").isNull()).isTrue();
  }

  @Test
  void hybrid_returnTokensOfACutText_areThoseThatTheModelRead() throws Exception {
    JsonNode item = facade
        .ask(
            "/v1/sparse-embeddings",
            "{\"input\":\"" + "a ".repeat(20_000) + "\",\"return_tokens\":true}")
        .at("/data/0");
    assertThat(item.path("truncated").booleanValue()).isTrue();
    JsonNode tokens = item.path("tokens");
    assertThat(tokens.get(tokens.size() - 1).path("text").textValue()).isEqualTo("</s>");
    assertThat(tokens.get(tokens.size() - 2).path("special").booleanValue()).isFalse();
    assertThat(tokens.size()).isLessThan(20_000);
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "422 | {\"input\":\"a\",\"outputs\":[\"dense\",\"multi\"]}",
        "422 | {\"input\":\"a\",\"outputs\":[]}",
        "422 | {\"input\":\"a\",\"outputs\":\"dense\"}",
        "422 | {\"input\":\"a\",\"outputs\":[1]}",
        "422 | {\"input\":\"a\",\"encoding_format\":\"int8\"}",
        "400 | {\"input\":[[0,5,2]],\"return_tokens\":true}",
        "200 | {\"input\":\"a\",\"outputs\":null}",
      })
  void hybrid_oddOptions_answer(int status, String body) throws Exception {
    HttpResponse<String> response = facade.post("/v1/hybrid-embeddings", body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
  }

  /** A few such requests would fill the heap. */
  @Test
  void multiVector_longTexts_areRefusedBeforeTheyRun() throws Exception {
    HttpResponse<String> response = facade.post(
        "/v1/multi-vector-embeddings", "{\"input\":[\"" + "a".repeat(100_000) + "\",\"b\"]}");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("100000 characters or token ids together: 100001");
  }
}
