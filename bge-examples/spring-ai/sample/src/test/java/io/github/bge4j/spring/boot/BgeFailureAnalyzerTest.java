package io.github.bge4j.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.BgeException;
import io.github.bge4j.InvalidTextException;
import io.github.bge4j.testing.GoldenFiles;
import io.github.bge4j.testing.hub.TestHub;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
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
    assertThat(analysis.getDescription()).contains("precision FP16 must be on CUDA");
    assertThat(analysis.getAction()).isEqualTo("Correct the property that the message names.");
  }

  @Test
  void deviceThatIsNone_isAnalysedAsWell() {
    FailureAnalysis analysis = analysis(failure(
        Models.class, "bge.embedding.model=" + GoldenFiles.path("m3"), "bge.embedding.device=tpu"));
    assertThat(analysis.getDescription())
        .endsWith("device must be one of auto, cpu, cuda, cuda:N and cuda:N,N: tpu");
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

  @Test
  void embeddingChosenButNotNamed_namesTheProperty() {
    assertThatThrownBy(
            () -> start(Models.class, "spring.ai.model.embedding=bge").close())
        .rootCause()
        .isInstanceOf(InvalidConfigurationPropertyValueException.class)
        .hasMessageContaining("bge.embedding.model")
        .hasMessageContaining("A model must be named");
  }

  @Test
  void onnxFileWithoutTokenizer_namesTheProperty() {
    assertThatThrownBy(() ->
            start(Models.class, "bge.embedding.model=classpath:model.onnx").close())
        .rootCause()
        .isInstanceOf(InvalidConfigurationPropertyValueException.class)
        .hasMessageContaining("bge.embedding.tokenizer")
        .hasMessageContaining("An ONNX file needs its tokenizer.json named");
  }
}
