package io.github.bge4j.examples.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.bge4j.testing.GoldenFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A user of bge_inference_service comes with the variables of its example file. */
final class OldServiceTest {

  private static final JsonMapper JSON = new JsonMapper();

  /** All that the old service's example sets, in its order. */
  private static final String ENV = """
      SERVICE_NAME=bge-inference-service
      HOST=0.0.0.0
      PORT=8011
      LOG_LEVEL=INFO
      EMBEDDING_MODEL_NAME=BAAI/bge-m3
      RERANKER_MODEL_NAME=BAAI/bge-reranker-v2-m3
      EMBEDDING_SIZE=1024
      DEVICE=cuda
      USE_FP16=true
      SPARSE_TOKEN_MAPPING=tokenizer
      SPARSE_INDEX_SPACE=1048576
      TOKENIZER_TRUST_REMOTE_CODE=true
      MAX_TEXT_CHARS=10000
      MAX_BATCH_SIZE=64
      INFERENCE_BATCH_SIZE=256
      EMBEDDING_MICROBATCH_ENABLED=false
      EMBEDDING_MICROBATCH_MAX_WAIT_MS=10
      EMBEDDING_MICROBATCH_MAX_BATCH_TEXTS=256
      EMBEDDING_MICROBATCH_QUEUE_MAXSIZE=2048
      OPENAI_DEFAULT_MODEL_ALIAS=bge-m3
      """;

  /** What the tiny models and a shared machine need otherwise; the environment wins. */
  private static final Map<String, String> TINY =
      Map.of("EMBEDDING_SIZE", "64", "HOST", "127.0.0.1");

  private static final class Log extends Handler implements AutoCloseable {

    private final Logger logger = Logger.getLogger("io.github.bge4j");
    private final List<String> lines = new ArrayList<>();

    Log() {
      logger.addHandler(this);
    }

    @Override
    public synchronized void publish(LogRecord message) {
      lines.add(message.getLevel() + " " + new SimpleFormatter().formatMessage(message));
    }

    synchronized List<String> lines() {
      return List.copyOf(lines);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
      logger.removeHandler(this);
    }
  }

  @TempDir
  private Path folder = Path.of("");

  @BeforeEach
  void write() throws Exception {
    Files.writeString(folder.resolve(".env"), ENV);
  }

  private static Map<String, String> with(String... more) {
    Map<String, String> variables = new HashMap<>(TINY);
    for (int i = 0; i < more.length; i += 2) {
      variables.put(more[i], more[i + 1]);
    }
    return variables;
  }

  @Test
  void start_exampleWithFallbackOnACpu_servesAndSaysWhatItDoes() throws Exception {
    try (Log log = new Log();
        RunningFacade facade = new RunningFacade(folder, with("DEVICE_FALLBACK", "true"))) {
      JsonNode health = facade.settled();
      assertThat(health.path("status").textValue()).as("%s", health).isEqualTo("ok");
      assertThat(health.path("device").textValue()).isEqualTo("cpu");
      assertThat(health.path("sparse").toString())
          .isEqualTo("{\"mapping\":\"tokenizer\",\"index_space\":1048576}");
      assertThat(log.lines())
          .anyMatch(line -> line.startsWith(
              "WARNING Models run on cpu: in place of DEVICE=cuda: " + "CUDA is not usable"))
          .contains(
              "INFO USE_FP16 has no effect on a CPU",
              "INFO Sparse mapping tokenizer, index space 1048576")
          .anyMatch(line -> line.startsWith("WARNING SPARSE_TOKEN_MAPPING=tokenizer is for new")
              && line.contains("holds hash if the variable was unset, and legacy-tokenizer if"));
      assertThat(facade.ask("/v1/embeddings", "{\"input\":[\"a\",\"b\"]}").path("data"))
          .hasSize(2);
      assertThat(facade
              .post("/v1/embeddings", "{\"input\":[" + "\"a\",".repeat(64) + "\"a\"]}")
              .statusCode())
          .isEqualTo(400);
    }
  }

  @Test
  void start_exampleWithoutFallbackOnACpu_saysWhatToDo() {
    assertThatThrownBy(() -> new RunningFacade(folder, with()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("DEVICE must be a device that can be used: cuda; ")
        .hasMessageEndingWith("set DEVICE=cpu, or DEVICE_FALLBACK=true to fall back to the CPU");
  }

  /** Who has chosen a mapping of the old service needs no warning. */
  @ParameterizedTest
  @CsvSource({"hash", "legacy-tokenizer"})
  void start_mappingOfAnOldIndex_doesNotWarn(String mapping) throws Exception {
    try (Log log = new Log();
        RunningFacade facade =
            new RunningFacade(folder, with("DEVICE", "cpu", "SPARSE_TOKEN_MAPPING", mapping))) {
      assertThat(facade.settled().at("/sparse/mapping").textValue()).isEqualTo(mapping);
      assertThat(log.lines())
          .contains("INFO Sparse mapping " + mapping + ", index space 1048576")
          .noneMatch(line -> line.startsWith("WARNING"));
    }
  }

  /** The reference's vectors of the first tokens, as an index of the old service holds them. */
  @Test
  void embeddings_maxTokens_areTheVectorsOfTheFirstTokens() throws Exception {
    List<JsonNode> texts = GoldenFiles.rows("m3.maxlen64.expected.jsonl.gz", JSON::readTree);
    try (RunningFacade facade = new RunningFacade(
        folder, with("DEVICE", "cpu", "MAX_TOKENS", "64", "MAX_TEXT_CHARS", "1000000"))) {
      facade.settled();
      int cut = 0;
      for (JsonNode text : texts) {
        if (text.path("text").textValue().isBlank()) {
          continue;
        }
        String body = JSON.createObjectNode().set("input", text.path("text")).toString();
        JsonNode answer = facade.ask("/v1/embeddings", body);
        assertThat(answer.at("/usage/total_tokens").intValue())
            .isEqualTo(text.path("ids").size())
            .isLessThanOrEqualTo(64);
        cut += answer.at("/data/0/truncated").booleanValue() ? 1 : 0;
        for (int i = 0; i < 64; i++) {
          assertThat(answer.at("/data/0/embedding/" + i).doubleValue())
              .isCloseTo(text.at("/dense/" + i).doubleValue(), within(1e-5));
        }
      }
      assertThat(cut).isPositive();
    }
  }

  @Test
  void rerank_maxTokens_cutsThePair() throws Exception {
    String body = "{\"query\":\"old town\",\"documents\":[\"" + "Rome ".repeat(100) + "\"]}";
    try (RunningFacade facade =
        new RunningFacade(folder, with("DEVICE", "cpu", "RERANKER_MAX_TOKENS", "16"))) {
      facade.settled();
      JsonNode answer = facade.ask("/v1/rerank", body);
      assertThat(answer.at("/usage/total_tokens").intValue()).isEqualTo(16);
      assertThat(answer.at("/results/0/truncated").booleanValue()).isTrue();
    }
  }

  /** What its schema took of numbers and truth values that were sent as text. */
  @Test
  void rerank_laxValues_areReadAsBefore() throws Exception {
    try (RunningFacade facade = new RunningFacade(folder, with("DEVICE", "cpu"))) {
      facade.settled();
      String body = "{\"query\":\"a\",\"documents\":[\"b\",\"c\",\"d\"],";
      JsonNode results = facade
          .ask("/v1/rerank", body + "\"top_n\":\"2\",\"return_documents\":\"true\"}")
          .path("results");
      assertThat(results).hasSize(2);
      assertThat(results.at("/0/document").isObject()).isTrue();
      results = facade
          .ask("/v1/rerank", body + "\"top_n\":true,\"return_documents\":0}")
          .path("results");
      assertThat(results).hasSize(1);
      assertThat(results.at("/0/document").isNull()).isTrue();
      for (String refused : List.of("\"top_n\":\"2.5\"", "\"return_documents\":2")) {
        assertThat(facade.post("/v1/rerank", body + refused + "}").statusCode()).isEqualTo(422);
      }
    }
  }
}
