package io.github.bge4j.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.BgeException;
import io.github.bge4j.InvalidTextException;
import io.github.bge4j.testing.GoldenFiles;
import io.github.bge4j.testing.hub.TestHub;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@ExtendWith(OutputCaptureExtension.class)
class BgeFailureAnalyzerTest {

  /** With a bean that needs the model, as every application has some. */
  @Configuration(proxyBeanMethods = false)
  @ImportAutoConfiguration({BgeAutoConfiguration.class, BgeSpringAiAutoConfiguration.class})
  static class Application {

    @Bean
    float[] first(BgeEmbedder embedder) {
      return embedder.dense("\ud800");
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ImportAutoConfiguration({BgeAutoConfiguration.class, BgeSpringAiAutoConfiguration.class})
  static class Models {}

  private static ConfigurableApplicationContext start(Class<?> source, String... properties) {
    SpringApplication application = new SpringApplication(source);
    application.setWebApplicationType(WebApplicationType.NONE);
    application.setRegisterShutdownHook(false);
    // Not the sample's own file.
    return application.run(
        Stream.concat(Stream.of("spring.config.name=none"), Stream.of(properties))
            .map(property -> "--" + property)
            .toArray(String[]::new));
  }

  private static Throwable failure(Class<?> source, String... properties) {
    try (ConfigurableApplicationContext context = start(source, properties)) {
      throw new AssertionError(context + " started");
    } catch (RuntimeException e) {
      return e;
    }
  }

  private static FailureAnalysis analysis(Throwable failure) {
    return Objects.requireNonNull(new BgeFailureAnalyzer().analyze(failure));
  }

  @Test
  void modelThatCannotBeOpened_printsTheLibrarysMessageAndWhatToDo(
      @TempDir Path empty, CapturedOutput output) {
    Throwable failure = failure(Application.class, "bge.embedding.model=" + empty);
    assertThat(failure).hasRootCauseInstanceOf(BgeException.class);
    assertThat(output.toString())
        .contains("APPLICATION FAILED TO START")
        .contains("The model of the properties bge.embedding.* cannot be opened: ")
        .contains(rootMessage(failure))
        .contains("Let bge.embedding.model name a whole folder of a BGE model")
        .doesNotContain("\tat ");
  }

  private static String rootMessage(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }

  @Test
  void hubThatHasNotTheModel_saysToCheckNameAndNetwork(@TempDir Path cache) {
    try (TestHub hub = TestHub.start()) {
      FailureAnalysis analysis = analysis(failure(
          Models.class,
          "bge.reranker.model=BAAI/none",
          "bge.hub.endpoint=" + hub.endpoint(),
          "bge.hub.cache=" + cache));
      assertThat(analysis.getDescription())
          .startsWith("The model of the properties bge.reranker.* cannot be opened: ")
          .contains("BAAI/none");
      assertThat(analysis.getAction()).startsWith("Check bge.reranker.model and the network;");
    }
  }

  @Test
  void optionThatDoesNotFit_saysToCorrectIt() {
    FailureAnalysis analysis = analysis(failure(
        Models.class,
        "bge.embedding.model=" + GoldenFiles.path("m3"),
        "bge.embedding.precision=fp16"));
    assertThat(analysis.getDescription())
        .startsWith("The model of the properties bge.embedding.* cannot be given an option: ")
        .contains("precision FP16 must be on CUDA");
    assertThat(analysis.getAction()).isEqualTo("Correct the property that the message names.");
  }

  @Test
  void failureOfTheApplicationItself_isNotOurs() {
    Throwable failure = failure(Application.class, "bge.embedding.model=" + GoldenFiles.path("m3"));
    assertThat(failure).hasRootCauseInstanceOf(InvalidTextException.class);
    assertThat(new BgeFailureAnalyzer().analyze(failure)).isNull();
  }

  @Test
  void modelThatIsCached_startsWithoutANetwork(@TempDir Path cache) {
    String[] properties = new String[] {
      "bge.embedding.model=BAAI/bge-m3", "bge.embedding.revision=main", "bge.hub.cache=" + cache, ""
    };
    try (TestHub hub = TestHub.start().add(GoldenFiles.m3())) {
      properties[3] = "bge.hub.endpoint=" + hub.endpoint();
      start(Models.class, properties).close();
      assertThat(hub.requests()).isNotEmpty();
    }
    try (ConfigurableApplicationContext context = start(Models.class, properties)) {
      assertThat(context.getBean(BgeEmbedder.class).outputs()).hasSize(3);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "spring.ai.model.embedding=bge | bge.embedding.model must be set; name a folder",
        "bge.embedding.model=classpath:model.onnx | bge.embedding.tokenizer must name the tokenizer",
        "bge.reranker.device=tpu | bge.reranker.device: device must be one of auto, cpu",
        "bge.executor.workers=0 | bge.executor: workers must be from 1 to",
        "bge.executor.max-wait=-1s | bge.executor: maxWait must",
        "bge.reranker.top-n=0 | bge.reranker: top n must be at least 1: 0; leave it unset",
      })
  void propertyThatIsWrong_isNamedInsteadOfAStackOfBeanErrors(
      String property, String message, @TempDir Path folder, CapturedOutput output)
      throws IOException {
    failure(
        Models.class,
        "bge.reranker.model=" + GoldenFiles.writeModel("reranker-label1", folder),
        property);
    assertThat(output.toString())
        .contains("A property cannot be used: " + message)
        .contains("Correct the property that the message names.")
        .doesNotContain("\tat ");
  }
}
