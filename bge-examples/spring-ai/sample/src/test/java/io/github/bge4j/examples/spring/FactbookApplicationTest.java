package io.github.bge4j.examples.spring;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import io.github.bge4j.examples.spring.AskController.Answer;
import io.github.bge4j.examples.spring.AskController.Passage;
import io.github.bge4j.testing.GoldenFiles;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The sample as it is started, on a port of its own, over the first passages of the factbook. */
class FactbookApplicationTest {

  private static final String QUESTION =
      "Which nation was the first to make Christianity its state religion?";

  private static Answer ask(int port) throws IOException, InterruptedException {
    String query = URLEncoder.encode(QUESTION, StandardCharsets.UTF_8);
    HttpResponse<String> response = HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/ask?q=" + query))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(200);
    return new Gson().fromJson(response.body(), Answer.class);
  }

  @Nested
  @SpringBootTest(
      classes = FactbookApplication.class,
      webEnvironment = WebEnvironment.RANDOM_PORT,
      properties = {"factbook.passages=20", "bge.embedding.precision=int8"})
  class WithItsOwnYaml {

    @Test
    void ask_threeLinesOfYaml_findsThePassage(@Autowired @Value("${local.server.port}") int port)
        throws Exception {
      Answer answer = ask(port);
      assertThat(answer.question()).isEqualTo(QUESTION);
      assertThat(answer.context())
          .hasSize(3)
          .isSortedAccordingTo(Comparator.comparingDouble(Passage::score).reversed());
      assertThat(answer.context().get(0).id()).isEqualTo("armenia");
      assertThat(answer.context().get(0).text()).contains("Christianity");
    }
  }

  @Nested
  @SpringBootTest(
      classes = FactbookApplication.class,
      webEnvironment = WebEnvironment.RANDOM_PORT,
      properties = {
        "factbook.passages=20",
        "bge.embedding.precision=int8",
        "bge.reranker.top-n=2",
      })
  class WithReranker {

    @TempDir
    static Path folder;

    /** The small reranker of the tests: its order means nothing, but it is an order. */
    @DynamicPropertySource
    static void reranker(DynamicPropertyRegistry registry) throws IOException {
      Path model = GoldenFiles.writeModel("reranker-label1", folder);
      registry.add("bge.reranker.model", model::toString);
    }

    @Test
    void ask_rerankerNamed_givesItsScoresBestFirst(
        @Autowired @Value("${local.server.port}") int port) throws Exception {
      assertThat(ask(port).context())
          .hasSize(2)
          .isSortedAccordingTo(Comparator.comparingDouble(Passage::score).reversed())
          .allMatch(passage -> passage.score() > 0 && passage.score() < 1)
          .doesNotHaveDuplicates();
    }
  }
}
