package io.github.bge4j.internal.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.Output;
import io.github.bge4j.Pooling;
import io.github.bge4j.Precision;
import io.github.bge4j.internal.checkpoint.Checkpoint;
import io.github.bge4j.internal.checkpoint.Linear;
import io.github.bge4j.internal.checkpoint.ModelFolder;
import io.github.bge4j.internal.checkpoint.VectorRecipe;
import io.github.bge4j.testing.GoldenFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EncoderGraphTest {

  @TempDir
  private Path folder;

  /**
   * Whoever changes these bytes may change every vector on a CPU by its last bits, and makes people
   * convert their weights again: it belongs into the changelog, under Numerics.
   */
  @ParameterizedTest
  @CsvSource({
    "reranker-label1, FP32, CLS, 87bc0509a23dfe70",
    "reranker-label1, INT8, CLS, 5e2f886cf9d5676f",
    "bert-reranker, FP32, CLS, 000ad464c8cf4685",
    "bert-reranker, INT8, CLS, 3ba10344e5d73d3d",
    "bert, FP32, CLS, d397a55bcc42a59a",
    "bert, INT8, CLS, df8e8efa8be8c472",
    "bert, FP32, WEIGHTED_MEAN, 934e5d1ec05f12d9",
    "m3, FP32, CLS, 7ca9e1db3461c78e",
    "m3, INT8, CLS, c5ae9eb5dd60274c",
    "m3, FP32, MEAN, ee6f1b46e2b31d84",
  })
  void compile_forACpu_staysByteForByteTheSame(
      String model, Precision precision, Pooling pooling, String expected)
      throws IOException, NoSuchAlgorithmException {
    Path files = GoldenFiles.writeModel(model, folder.resolve("model"));
    Checkpoint checkpoint = Checkpoint.open(ModelFolder.read(files));
    WeightCache cache = new WeightCache(folder.resolve("cache"));
    EncoderGraph graph;
    if (model.contains("reranker")) {
      graph = EncoderGraph.compileCrossEncoder(
          checkpoint.config(), checkpoint.weights(), Target.cpu(precision), cache);
    } else {
      Map<Output, Linear> heads = new EnumMap<>(Output.class);
      if (model.equals("m3")) {
        Checkpoint whole = Checkpoint.open(ModelFolder.read(GoldenFiles.path(model)));
        heads.put(Output.SPARSE, whole.sparseHead().orElseThrow());
        heads.put(Output.MULTI_VECTOR, whole.colbertHead().orElseThrow());
      }
      graph = EncoderGraph.compile(
          checkpoint.config(),
          checkpoint.weights(),
          heads,
          VectorRecipe.BGE.withPooling(pooling),
          Target.cpu(precision),
          cache);
    }
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(graph.model());
    assertThat(HexFormat.of().formatHex(hash, 0, 8)).isEqualTo(expected);
  }
}
