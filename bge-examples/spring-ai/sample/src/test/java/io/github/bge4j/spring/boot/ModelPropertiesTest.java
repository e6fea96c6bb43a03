package io.github.bge4j.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.bge4j.Device;
import io.github.bge4j.batching.BatchExecutor;
import io.github.bge4j.testing.GoldenFiles;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.TypeHint;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.javapoet.ClassName;

class ModelPropertiesTest {

  private static <T> T bind(String prefix, Class<T> type, Map<String, String> values) {
    return new Binder(new MapConfigurationPropertySource(values)).bindOrCreate(prefix, type);
  }

  private static EmbeddingProperties model(String name) {
    return bind("bge.embedding", EmbeddingProperties.class, Map.of("bge.embedding.model", name));
  }

  @ParameterizedTest
  @CsvSource({
    "BAAI/bge-m3, BAAI/bge-m3",
    "classpath:bge-small-en-v1.5.onnx, bge-small-en-v1.5",
    "classpath:models/small.onnx, small",
    "/models/small.onnx, small",
    "nowhere/to-be-found, nowhere/to-be-found"
  })
  void label_isTheIdOrTheNameOfTheFile(String model, String label) {
    assertThat(model(model).label()).isEqualTo(label);
  }

  @Test
  void label_folder_isItsName() {
    assertThat(model(GoldenFiles.path("m3") + "/").label()).isEqualTo("m3");
  }

  @Test
  void executor_onCards_runsInWorkersOfItsOwnThatAreDividedAmongThem() {
    ExecutorProperties properties = bind("bge.executor", ExecutorProperties.class, Map.of());
    try (BatchExecutor executor =
        properties.builder(List.of(Device.cuda(0), Device.cuda(1))).build()) {
      assertThat(executor.devices()).isEqualTo(2);
      assertThat(executor.workers()).isEqualTo(4);
      assertThat(executor.callersRun()).isFalse();
    }
  }

  @Test
  void executor_onACpu_isTheLibrarysDefault() {
    ExecutorProperties properties = bind("bge.executor", ExecutorProperties.class, Map.of());
    try (BatchExecutor executor = properties.builder(List.of(Device.cpu())).build();
        BatchExecutor usual = BatchExecutor.builder().build()) {
      assertThat(executor.workers()).isEqualTo(usual.workers());
      assertThat(executor.callersRun()).isTrue();
    }
  }

  @Test
  void hub_toString_keepsTheTokenSecret() {
    assertThat(new HubProperties(Path.of("cache"), URI.create("http://hub"), "hf_secret", true))
        .asString()
        .contains("cache")
        .doesNotContain("secret");
  }

  @Test
  void metadata_everyProperty_isDescribedOnceAndInTheReadme() throws IOException {
    // Both lines are tested from a folder beside it.
    String readme = Files.readString(Path.of("../README.md"));
    Map<String, String> descriptions = new HashMap<>();
    for (URL file : Collections.list(
        getClass().getClassLoader().getResources("META-INF/spring-configuration-metadata.json"))) {
      try (Reader reader = new InputStreamReader(file.openStream(), StandardCharsets.UTF_8)) {
        for (JsonElement element :
            JsonParser.parseReader(reader).getAsJsonObject().getAsJsonArray("properties")) {
          JsonObject property = element.getAsJsonObject();
          String name = property.get("name").getAsString();
          if (name.startsWith("bge.")) {
            assertThat(property.has("description")).as(name).isTrue();
            String text = property.get("description").getAsString();
            String last = name.substring(name.lastIndexOf('.') + 1);
            assertThat(readme).as(name).containsAnyOf("`" + last + "`", "`" + name + "`");
            assertThat(descriptions.put(name, text)).as(name).isNull();
          }
        }
      }
    }
    assertThat(descriptions)
        .hasSizeGreaterThan(40)
        .containsKeys(
            "bge.embedding.model", "bge.reranker.top-n", "bge.executor.workers", "bge.hub.cache");
  }

  /** As the build of a native image processes an application. */
  private static RuntimeHints hintsOfAnApplication() {
    DefaultGenerationContext build = new DefaultGenerationContext(
        new ClassNameGenerator(ClassName.get("test", "Application")), new InMemoryGeneratedFiles());
    try (AnnotationConfigApplicationContext application =
        new AnnotationConfigApplicationContext()) {
      TestPropertyValues.of("bge.embedding.model=m3", "bge.reranker.model=m3").applyTo(application);
      application.register(BgeAutoConfiguration.class, BgeSpringAiAutoConfiguration.class);
      new ApplicationContextAotGenerator().processAheadOfTime(application, build);
    }
    return build.getRuntimeHints();
  }

  @Test
  void hints_coverTheNativeLibrariesTheClassesThatTheyMakeAndTheProperties() {
    RuntimeHints hints = hintsOfAnApplication();
    for (String resource : List.of(
        "ai/onnxruntime/native/linux-x64/libonnxruntime.so",
        "native/lib/linux-x86_64/cpu/libtokenizers.so",
        "native/lib/tokenizers.properties")) {
      assertThat(RuntimeHintsPredicates.resource().forResource(resource)).accepts(hints);
      assertThat(getClass().getClassLoader().getResource(resource)).as(resource).isNotNull();
    }
    assertThat(hints.jni().typeHints().map(TypeHint::getType))
        .hasSizeGreaterThan(10)
        .allSatisfy(type -> assertThat(Class.forName(type.getName())).isNotNull());
    assertThat(RuntimeHintsPredicates.reflection().onType(EmbeddingProperties.class))
        .accepts(hints);
  }
}
