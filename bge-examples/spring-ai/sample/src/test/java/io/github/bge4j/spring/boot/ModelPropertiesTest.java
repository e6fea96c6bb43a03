package io.github.bge4j.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.bge4j.Device;
import io.github.bge4j.batching.BatchExecutor;
import io.github.bge4j.batching.BatchListener;
import io.github.bge4j.testing.GoldenFiles;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.RuntimeHints;
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
    "classpath:/models/small.onnx, small",
    "/models/small.onnx, small",
    "file:/models/small.onnx, small",
    "nowhere/to-be-found, nowhere/to-be-found"
  })
  void label_isTheIdOrTheNameOfTheFile(String model, String label) {
    assertThat(model(model).label()).isEqualTo(label);
  }

  @Test
  void label_folder_isItsName() {
    assertThat(model(GoldenFiles.path("m3") + "/").label()).isEqualTo("m3");
  }

  @ParameterizedTest
  @CsvSource({
    "classpath:m.onnx, classpath:m.onnx",
    "classpath:/m.onnx, classpath:m.onnx",
    "file:/models/a%20b/m.onnx, /models/a b/m.onnx",
    "file:///models/m3, /models/m3",
    "/models/m3, /models/m3",
    "' ',"
  })
  void location_ofAUrlOrAPath_isWhatTheLibraryTakes(String model, @Nullable String location) {
    assertThat(model(model).model()).isEqualTo(location);
  }

  @Test
  void emptyTexts_countAsUnset() {
    EmbeddingProperties properties = bind(
        "bge.embedding",
        EmbeddingProperties.class,
        Map.of(
            "bge.embedding.tokenizer", "",
            "bge.embedding.revision", " ",
            "bge.embedding.device", ""));
    assertThat(properties.tokenizer()).isNull();
    assertThat(properties.revision()).isNull();
    assertThat(properties.devices()).containsExactly(Device.cpu());
    assertThat(
            bind("bge.hub", HubProperties.class, Map.of("bge.hub.token", " ")).token())
        .isNull();
  }

  @Test
  void auto_isLeftToTheLibraryAndNeverACardForInt8() {
    EmbeddingProperties properties = bind(
        "bge.embedding",
        EmbeddingProperties.class,
        Map.of("bge.embedding.device", "auto", "bge.embedding.precision", "int8"));
    assertThat(properties.devices()).containsExactly(Device.auto());
    assertThat(properties.executorDevices()).containsExactly(Device.cpu());
  }

  @Test
  void executor_onCards_runsInWorkersOfItsOwnThatAreDividedAmongThem() {
    ExecutorProperties properties = bind("bge.executor", ExecutorProperties.class, Map.of());
    try (BatchExecutor executor =
        properties.executor(List.of(Device.cuda(0), Device.cuda(1)), BatchListener.NONE)) {
      assertThat(executor.devices()).isEqualTo(2);
      assertThat(executor.workers()).isEqualTo(4);
      assertThat(executor.callersRun()).isFalse();
    }
  }

  @Test
  void executor_onACpu_isTheLibrarysDefault() {
    ExecutorProperties properties = bind("bge.executor", ExecutorProperties.class, Map.of());
    try (BatchExecutor executor = properties.executor(List.of(Device.cpu()), BatchListener.NONE);
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
    List<String> documented = documented(Files.readString(Path.of("../README.md")));
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
            assertThat(descriptions.put(name, text)).as(name).isNull();
          }
        }
      }
    }
    assertThat(descriptions)
        .hasSizeGreaterThan(40)
        .containsKeys(
            "bge.embedding.model", "bge.reranker.top-n", "bge.executor.workers", "bge.hub.cache");
    assertThat(documented).containsExactlyInAnyOrderElementsOf(descriptions.keySet());
  }

  /**
   * Returns the full names of the properties in the first column of the README's tables. A name
   * without a prefix has that of the one before it, or is of both models.
   */
  private static List<String> documented(String readme) {
    List<String> names = new ArrayList<>();
    for (String line : readme.substring(readme.indexOf("## Properties")).lines().toList()) {
      if (!line.startsWith("| `")) {
        continue;
      }
      List<String> prefixes = List.of("bge.embedding.", "bge.reranker.");
      Matcher name = Pattern.compile("`([a-z.-]+)`").matcher(line.split("\\|", -1)[1]);
      while (name.find()) {
        String last = name.group(1).substring(name.group(1).lastIndexOf('.') + 1);
        if (name.group(1).startsWith("bge.")) {
          prefixes = List.of(name.group(1).substring(0, name.group(1).length() - last.length()));
        }
        prefixes.forEach(prefix -> names.add(prefix + last));
      }
    }
    return names;
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

  /** The native libraries are told to native-image by bge-core itself. */
  @Test
  void hints_coverTheProperties() {
    assertThat(RuntimeHintsPredicates.reflection().onType(EmbeddingProperties.class))
        .accepts(hintsOfAnApplication());
  }
}
