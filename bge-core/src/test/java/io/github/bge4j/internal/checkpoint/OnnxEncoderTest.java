package io.github.bge4j.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.github.bge4j.testing.GoldenFiles;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class OnnxEncoderTest {

  /** What half precision leaves of a weight. */
  private static final float HALF = 5e-4f;

  static List<String> exports() throws Exception {
    Path folder = Path.of(
        Objects.requireNonNull(OnnxEncoderTest.class.getResource("/exports")).toURI());
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.onnx.gz")) {
      files.forEach(file -> names.add(file.getFileName().toString().replace(".onnx.gz", "")));
    }
    names.sort(null);
    return names;
  }

  private static String checkpointOf(String export) {
    return List.of("bert-reranker", "bert", "m3", "reranker-label0").stream()
        .filter(export::startsWith)
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @MethodSource("exports")
  void find_export_isItsCheckpoint(String name) {
    String folder = checkpointOf(name);
    byte[] file = ExportedGraph.read(folder, name).build().toByteArray();
    OnnxEncoder.Found found = OnnxEncoder.find(TestFiles.memory(file));
    ModelConfig config =
        ModelConfig.read(Region.ofFile(GoldenFiles.path(folder).resolve("config.json")));
    assertThat(found.config())
        .usingRecursiveComparison()
        .ignoringFields("architectures")
        .isEqualTo(config);
    Weights expected = Weights.of(
            folder,
            SafetensorsReader.read(
                Region.ofFile(GoldenFiles.path(folder).resolve("model.safetensors"))))
        .requireEncoder(config);
    Weights weights = Weights.of(name, found.weights()).requireEncoder(found.config());
    float tolerance = name.endsWith("half") ? HALF : 0;
    weights
        .names()
        .forEach(weight -> assertNear(
            weight, weights.get(weight).toFloats(), expected.get(weight).toFloats(), tolerance));
  }

  private static void assertNear(String name, float[] actual, float[] expected, float tolerance) {
    assertThat(actual).as(name).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      if (!(Math.abs(actual[i] - expected[i])
          <= tolerance * Math.max(1e-3f, Math.abs(expected[i])))) {
        fail("%s at %d: %s and not %s", name, i, actual[i], expected[i]);
      }
    }
  }

  @Test
  void find_bundledModel_isItsConfig() throws IOException {
    byte[] file = Objects.requireNonNull(getClass().getResourceAsStream("/bge-small-en-v1.5.onnx"))
        .readAllBytes();
    byte[] config = Objects.requireNonNull(
            getClass().getResourceAsStream("/bge-small-en-v1.5-config.json"))
        .readAllBytes();
    assertThat(OnnxEncoder.find(TestFiles.memory(file)).config())
        .isEqualTo(ModelConfig.read(TestFiles.memory(config)));
  }
}
