package io.github.bge4j.qdrant.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.BgeReranker;
import io.github.bge4j.InputType;
import io.github.bge4j.Output;
import io.github.bge4j.PairScore;
import io.github.bge4j.TextPair;
import io.github.bge4j.qdrant.SearchHit;
import io.github.bge4j.qdrant.SourceDocument;
import io.github.bge4j.qdrant.TestModels;
import io.github.bge4j.qdrant.TestServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The programs, on the stand-in and, where there is one, on a real server. */
@Timeout(60)
class ScenariosTest {

  private static final List<String> TEXTS = List.of("Rome is old", "Paris is large", "a town");
  private static final List<SourceDocument> DOCUMENTS = List.of(
      new SourceDocument("rome", TEXTS.get(0)),
      new SourceDocument("paris", TEXTS.get(1)),
      new SourceDocument("town", TEXTS.get(2)));

  private static BgeEmbedder m3;

  @BeforeAll
  static void open() {
    m3 = TestModels.m3();
  }

  @AfterAll
  static void close() {
    m3.close();
  }

  @ParameterizedTest
  @EnumSource
  void denseIngest_question_findsItsAnswerFirst(TestServer.Kind kind) throws Exception {
    try (TestServer server = TestServer.start(kind);
        BgeEmbedder small = TestModels.bundled()) {
      List<String> texts =
          List.of("Pandas eat bamboo.", "Paris is the capital of France.", "Rome is old.");
      assertThat(DenseIngest.run(
              small,
              server.client(),
              server.newCollection(),
              texts,
              "Where is the French government?"))
          .hasSize(2)
          .first()
          .isEqualTo(texts.get(1));
    }
  }

  @ParameterizedTest
  @EnumSource
  void sparsePoints_question_scoresAreTheLexicalOnes(TestServer.Kind kind) throws Exception {
    try (TestServer server = TestServer.start(kind)) {
      var question = m3.embed("old Rome", InputType.QUERY, Output.SPARSE).lexicalWeights();
      List<Float> expected = TEXTS.stream()
          .map(text -> (float) question.dot(m3.embed(text, Output.SPARSE).lexicalWeights()))
          .filter(score -> score > 0)
          .sorted(Comparator.reverseOrder())
          .toList();
      assertThat(expected).isNotEmpty();
      List<Float> scores =
          SparsePoints.run(m3, server.client(), server.newCollection(), TEXTS, "old Rome");
      assertThat(scores).hasSameSizeAs(expected);
      for (int i = 0; i < scores.size(); i++) {
        assertThat(scores.get(i))
            .isCloseTo(expected.get(i), org.assertj.core.data.Offset.offset(1e-5f));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void hybridSearch_textOfADocument_findsItFirst(TestServer.Kind kind) throws Exception {
    try (TestServer server = TestServer.start(kind)) {
      assertThat(HybridSearch.run(
              m3, server.client(), server.newCollection(), DOCUMENTS, TEXTS.get(1)))
          .hasSize(2)
          .first()
          .isEqualTo("paris");
    }
  }

  @ParameterizedTest
  @EnumSource
  void foreignDense_question_usesBothVectors(TestServer.Kind kind) throws Exception {
    HttpServer service =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    service.createContext("/v1/embeddings", exchange -> {
      String asked = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      String vector = asked.contains("Rome") ? "[1,0.5]" : "[0.5,1]";
      byte[] answer = ("{\"data\":[{\"index\":0,\"embedding\":" + vector + "}]}")
          .getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
      exchange.close();
    });
    service.start();
    try (TestServer server = TestServer.start(kind)) {
      URI url = URI.create("http://127.0.0.1:" + service.getAddress().getPort() + "/v1/embeddings");
      assertThat(ForeignDense.run(
              m3, server.client(), server.newCollection(), url, TEXTS.subList(0, 2), "Rome is old"))
          .containsExactly(TEXTS.get(0), TEXTS.get(1));
    } finally {
      service.stop(0);
    }
  }

  @ParameterizedTest
  @EnumSource
  void rerankedContext_question_isTheBestByTheReranker(TestServer.Kind kind, @TempDir Path folder)
      throws Exception {
    try (TestServer server = TestServer.start(kind);
        BgeReranker reranker = TestModels.reranker(folder.resolve("reranker"))) {
      List<Double> best =
          reranker
              .scores(
                  TEXTS.stream().map(text -> new TextPair("an old town", text)).toList())
              .stream()
              .map(PairScore::score)
              .sorted(Comparator.reverseOrder())
              .limit(2)
              .toList();
      assertThat(RerankedContext.run(
              m3, reranker, server.client(), server.newCollection(), DOCUMENTS, "an old town"))
          .extracting(SearchHit::score)
          .isEqualTo(best);
    }
  }
}
