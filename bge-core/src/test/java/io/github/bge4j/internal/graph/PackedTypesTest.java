package io.github.bge4j.internal.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.github.bge4j.ModelException;
import io.github.bge4j.Output;
import io.github.bge4j.Precision;
import io.github.bge4j.internal.checkpoint.Checkpoint;
import io.github.bge4j.internal.checkpoint.DType;
import io.github.bge4j.internal.checkpoint.Linear;
import io.github.bge4j.internal.checkpoint.ModelFolder;
import io.github.bge4j.internal.checkpoint.VectorRecipe;
import io.github.bge4j.internal.checkpoint.WeightReference;
import io.github.bge4j.internal.runtime.CompiledModel;
import io.github.bge4j.testing.GoldenFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Types and shapes of every variant of the graph for CUDA, and of its weights. */
class PackedTypesTest {

  @TempDir
  private Path folder;

  /** A checkpoint, and whether heads or a classifier follow the encoder. */
  record Variant(String model, boolean heads, Precision precision) {

    EncoderGraph compile(Target target, Path cache) {
      Checkpoint checkpoint = Checkpoint.open(ModelFolder.read(GoldenFiles.path(model)));
      WeightCache weights = new WeightCache(cache);
      if (model.contains("reranker")) {
        return EncoderGraph.compileCrossEncoder(
            checkpoint.config(), checkpoint.weights(), target, weights);
      }
      Map<Output, Linear> all = new EnumMap<>(Output.class);
      if (heads) {
        all.put(Output.SPARSE, checkpoint.sparseHead().orElseThrow());
        all.put(Output.MULTI_VECTOR, checkpoint.colbertHead().orElseThrow());
      }
      return EncoderGraph.compile(
          checkpoint.config(), checkpoint.weights(), all, VectorRecipe.BGE, target, weights);
    }
  }

  static List<Variant> variants() {
    List<Variant> all = new ArrayList<>();
    for (Precision precision : List.of(Precision.FP16, Precision.FP32)) {
      for (String model : List.of("bert", "m3", "bert-reranker", "reranker-label0")) {
        all.add(new Variant(model, false, precision));
      }
      all.add(new Variant("m3", true, precision));
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("variants")
  void model_withAFunctionForAttention_hasTheDeclaredOutputs(Variant variant) throws OrtException {
    Target target = Target.packed(
        variant.precision(), PackedAttentionFunction.DOMAIN, PackedAttentionFunction.bytes());
    EncoderGraph graph = variant.compile(target, folder);
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.addConfigEntry(
          "session.model_external_initializers_file_folder_path",
          graph.weightsFolder().toString());
      try (OrtSession session = environment.createSession(graph.model(), options)) {
        Map<String, String> actual = new TreeMap<>();
        for (NodeInfo node : session.getOutputInfo().values()) {
          TensorInfo info = (TensorInfo) node.getInfo();
          actual.put(node.getName(), info.type + " " + info.getShape()[1]);
        }
        assertThat(actual).isEqualTo(expected(variant, graph));
        assertThat(session.getInputNames())
            .contains(
                "token_ids", "positions", "first_tokens", "token_offset", "cumulative_lengths")
            .doesNotContain("attention_shape");
      }
    }
  }

  private static Map<String, String> expected(Variant variant, EncoderGraph graph) {
    if (variant.model().contains("reranker")) {
      return Map.of("logits", "FLOAT 1");
    }
    Map<String, String> all = new TreeMap<>();
    all.put("dense", "FLOAT " + graph.denseSize());
    if (variant.heads()) {
      OnnxJavaType type =
          variant.precision() == Precision.FP16 ? OnnxJavaType.FLOAT16 : OnnxJavaType.FLOAT;
      all.put("sparse", "FLOAT 1");
      all.put("multi_vector", type + " " + graph.hiddenSize());
    }
    return all;
  }

  /** ONNX Runtime infers and checks the types of a graph before it looks for implementations. */
  @ParameterizedTest
  @MethodSource("variants")
  void open_graphForCudaOnACpu_lacksNothingButTheAttention(Variant variant) {
    EncoderGraph graph = variant.compile(Target.cuda(variant.precision()), folder);
    assertThatThrownBy(() -> CompiledModel.open(graph, "cuda", 1, 1))
        .isInstanceOf(ModelException.class)
        .hasMessageMatching(".*ORT_NOT_IMPLEMENTED.*PackedMultiHeadAttention.*");
  }

  @Test
  void compile_halfCheckpointInHalf_readsItInPlace() throws IOException {
    new Variant("bert", false, Precision.FP16).compile(Target.cuda(Precision.FP16), folder);
    Checkpoint bert = Checkpoint.open(ModelFolder.read(GoldenFiles.path("bert")));
    assertThat(bert.weights().get("encoder.layer.0.output.dense.weight").dtype())
        .isEqualTo(DType.F16);
    assertThat(weightFiles()).isEmpty();
  }

  @Test
  void compile_floatCheckpointInHalf_convertsItOnce() throws IOException {
    Variant variant = new Variant("m3", true, Precision.FP16);
    variant.compile(Target.cuda(Precision.FP16), folder);
    List<Path> first = weightFiles();
    assertThat(first).hasSize(2);
    long bytes = 0;
    for (Path file : first) {
      bytes += Files.size(file);
    }
    variant.compile(Target.cuda(Precision.FP16), folder);
    assertThat(weightFiles()).isEqualTo(first);
    Path floats = GoldenFiles.path("m3").resolve("model.safetensors");
    assertThat((double) bytes / Files.size(floats)).isBetween(0.45, 0.55);
  }

  @Test
  void compile_weightTooLargeForHalf_namesItAndTheRemedy() throws IOException {
    for (String name : List.of("model.safetensors", "config.json")) {
      Files.copy(
          Path.of("src/test/resources/checkpoint/tiny-bert").resolve(name), folder.resolve(name));
    }
    Path file = folder.resolve("model.safetensors");
    byte[] good = Files.readAllBytes(file);
    Checkpoint checkpoint = Checkpoint.open(ModelFolder.read(folder));
    String name = "encoder.layer.0.intermediate.dense.weight";
    WeightReference weight = checkpoint.weights().get(name);
    int last = Math.toIntExact(weight.data().offset() + weight.data().length() - Float.BYTES);
    for (float value : new float[] {65_519, -65_520}) {
      Files.write(
          file,
          ByteBuffer.wrap(good.clone())
              .order(ByteOrder.LITTLE_ENDIAN)
              .putFloat(last, value)
              .array());
      if (value > 0) {
        compile(checkpoint);
      } else {
        assertThatThrownBy(() -> compile(checkpoint))
            .isInstanceOf(ModelException.class)
            .hasMessage("a weight in fp16 must be below 65520.0: -65520.0 in weight " + name
                + "; use Precision.FP32");
      }
    }
  }

  private void compile(Checkpoint checkpoint) {
    Objects.requireNonNull(EncoderGraph.compile(
        checkpoint.config(),
        checkpoint.weights(),
        Map.of(),
        VectorRecipe.BGE,
        Target.cuda(Precision.FP16),
        new WeightCache(folder.resolve("cache"))));
  }

  private List<Path> weightFiles() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".weights")).sorted().toList();
    }
  }
}
