package io.github.bge4j.examples.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.bge4j.ModelException;
import io.github.bge4j.testing.GoldenFiles;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What variables make of a running service. */
final class ConfigurationTest {

  private static final String PATH = "/v1/embeddings";
  private static final String TWO_TEXTS = "{\"input\":[\"a\",\"b\"]}";

  @TempDir
  private Path folder = Path.of("");

  @Test
  void dotEnv_file_isReadAndTheEnvironmentWins() throws Exception {
    Files.writeString(
        folder.resolve(".env"),
        "# a comment\nOPENAI_DEFAULT_MODEL_ALIAS=\"my model\"\nMAX_BATCH_SIZE=1\t# too low\n");
    try (RunningFacade facade = new RunningFacade(folder, Map.of())) {
      facade.settled();
      assertThat(facade.ask(PATH, "{\"input\":\"a\"}").path("model").textValue())
          .isEqualTo("my model");
      assertThat(facade.post(PATH, TWO_TEXTS).statusCode()).isEqualTo(400);
    }
    try (RunningFacade facade = new RunningFacade(folder, Map.of("max_batch_size", "2"))) {
      facade.settled();
      assertThat(facade.post(PATH, TWO_TEXTS).statusCode()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "EMBEDDING_SIZE, 63, 'EMBEDDING_SIZE must be the model''s dimension 64: 63'",
    "SPARSE_INDEX_SPACE, 5001, 'SPARSE_INDEX_SPACE must hold the model''s 5002 tokens: 5001'",
  })
  void health_settingDoesNotFitTheModel_isDegraded(String name, String value, String reason)
      throws Exception {
    try (RunningFacade facade =
        new RunningFacade(folder, Map.of("SPARSE_TOKEN_MAPPING", "tokenizer", name, value))) {
      assertThat(facade.settled().at("/reasons/0").textValue())
          .startsWith("embedder failed to load: " + reason);
      assertThat(facade.post(PATH, TWO_TEXTS).statusCode()).isEqualTo(424);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/metrics, Bearer k-1, 200",
    "/metrics, bearer  k-1, 200",
    "/metrics, Bearer k-2, 401",
    "/metrics, Basic k-1, 401",
    "/metrics, k-1, 401",
    "/v1/models, none, 401",
    "/v1/models, Bearer k-1, 200",
    "/v1/models/bge-m3, none, 401",
    "/healthz, none, 200",
    "/health, none, 200",
    "/docs, none, 200",
    "/openapi.json, none, 200",
  })
  void get_withAKeySet_wantsItWhereModelsOrNumbersAre(String path, String shown, int status)
      throws Exception {
    try (RunningFacade facade = new FakeModels((texts, options) -> {
          throw new IllegalStateException("not asked");
        })
        .start(Map.of("API_KEY", "k-1"))) {
      HttpRequest.Builder request = facade.request(path).header("Authorization", shown);
      assertThat(facade.send(request).statusCode()).isEqualTo(status);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "api-key, k-1, 200",
    "API-Key, k-1, 200",
    "x-api-key, k-1, 200",
    "x-api-key, Bearer k-1, 401",
    "api-key, k-2, 401",
    "key, k-1, 401",
  })
  void get_withAKeySet_takesItFromOtherHeadersToo(String header, String shown, int status)
      throws Exception {
    try (RunningFacade facade = new FakeModels((texts, options) -> {
          throw new IllegalStateException("not asked");
        })
        .start(Map.of("API_KEY", "k-1"))) {
      HttpRequest.Builder request = facade.request("/v1/models").header(header, shown);
      assertThat(facade.send(request).statusCode()).isEqualTo(status);
    }
  }

  @Test
  void embeddings_tokenIdsTrusted_needNoSpecialTokens() throws Exception {
    try (RunningFacade facade = new RunningFacade(folder, Map.of("TOKEN_IDS", "trusted"))) {
      facade.settled();
      assertThat(facade.ask(PATH, "{\"input\":[[5,6],[7]]}").path("data"))
          .isEqualTo(facade.ask(PATH, "{\"input\":[[0,5,6,2],[0,7,2]]}").path("data"));
      assertThat(facade.post(PATH, "{\"input\":[5002]}").statusCode()).isEqualTo(400);
    }
  }

  /** Ids with slashes come as they are or encoded; a folder's name begins with one. */
  @ParameterizedTest
  @CsvSource({
    "/v1/models/BAAI/bge-m3, BAAI/bge-m3",
    "/v1/models/BAAI%2Fbge-m3, BAAI/bge-m3",
    "/v1/models/%2Fmodels%2freranker, /models/reranker",
    "/v1/models//models/reranker, /models/reranker",
    "/v1/models/our-name, our-name",
    "/v1/models/our-name/, our-name",
    "/v1/v1/models/our-name, our-name",
    "/v1/models/bge, none",
  })
  void models_id_isFoundHoweverItIsWritten(String path, String id) throws Exception {
    try (RunningFacade facade = new FakeModels((texts, options) -> {
          throw new IllegalStateException("not asked");
        })
        .start(Map.of(
            "OPENAI_DEFAULT_MODEL_ALIAS", "our-name", "RERANKER_MODEL_NAME", "/models/reranker"))) {
      HttpResponse<String> response = facade.get(path);
      assertThat(response.statusCode()).isEqualTo(id.equals("none") ? 404 : 200);
      JsonNode answer = new JsonMapper().readTree(response.body());
      assertThat(answer.path("id").asText("none")).isEqualTo(id);
    }
  }

  @Test
  void start_hostThatIsNone_saysSo() {
    assertThatThrownBy(() -> new RunningFacade(folder, Map.of("HOST", "no.such.host.invalid")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no.such.host.invalid:0 (unknown host)");
  }

  /** What no waiting brings; an id of the hub may be there later. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "EMBEDDING_MODEL_NAME ~ /no/such/folder ~ must be bundled, a model directory",
        "EMBEDDING_MODEL_NAME ~ ./none ~ must be bundled, a model directory",
        "EMBEDDING_MODEL_NAME ~ acme/a--b ~ must be bundled, a model directory",
        "RERANKER_MODEL_NAME ~ none ~ must be a model directory",
      })
  void start_nameOfNoModel_saysSo(String variable, String name, String rule) {
    assertThatThrownBy(() -> new RunningFacade(folder, Map.of(variable, name)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            variable + " " + rule + ", or an id of the hub such as BAAI/bge-m3: ")
        .hasMessageContaining(name)
        .hasMessageEndingWith("; correct it");
  }

  @Test
  void load_modelOfTheOtherKind_isSaidInVariables() throws Exception {
    Path reranker = GoldenFiles.writeModel("reranker-label0", folder.resolve("other"));
    Map<String, String> exchanged = Map.of(
        "EMBEDDING_MODEL_NAME",
        reranker.toString(),
        "RERANKER_MODEL_NAME",
        GoldenFiles.path("m3").toString());
    try (RunningFacade facade = new RunningFacade(folder, exchanged)) {
      JsonNode reasons = facade.settled().path("reasons");
      assertThat(reasons.path(0).textValue())
          .endsWith(" is a reranker; name it in RERANKER_MODEL_NAME");
      assertThat(reasons.path(1).textValue())
          .contains(" is an embedding model; name it in EMBEDDING_MODEL_NAME, or a model such as");
    }
  }

  @Test
  void load_failureForTheUser_isLoggedInOneLineAndItsTraceForDebugging() {
    List<LogRecord> records = new ArrayList<>();
    Handler handler = new Handler() {
      @Override
      public void publish(LogRecord record) {
        records.add(record);
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
    Logger logger = Logger.getLogger(ModelSlot.class.getName());
    logger.addHandler(handler);
    logger.setLevel(Level.FINE);
    try {
      new ModelSlot<AutoCloseable>("embedder").load(() -> {
        throw new ModelException("a file must be there: none; check the path");
      });
      new ModelSlot<AutoCloseable>("reranker").load(() -> {
        throw new IllegalStateException("a mistake");
      });
    } finally {
      logger.removeHandler(handler);
      logger.setLevel(null);
    }
    assertThat(records)
        .extracting(LogRecord::getLevel, LogRecord::getMessage, it -> it.getThrown() != null)
        .containsExactly(
            tuple(
                Level.SEVERE,
                "embedder failed to load: a file must be there: none; check the path",
                false),
            tuple(Level.FINE, "embedder failed to load", true),
            tuple(Level.SEVERE, "reranker failed to load", true));
  }

  @Test
  void start_dotEnvThatIsNoText_saysSo() throws Exception {
    Files.write(folder.resolve(".env"), new byte[] {'A', '=', (byte) 0xff});
    assertThatThrownBy(() -> new RunningFacade(folder, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(".env must be a readable UTF-8 file");
  }
}
