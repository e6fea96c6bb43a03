package io.github.bge4j.internal.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.bge4j.internal.checkpoint.DType;
import io.github.bge4j.internal.checkpoint.Region;
import io.github.bge4j.internal.checkpoint.TestWeights;
import io.github.bge4j.internal.checkpoint.WeightReference;
import io.github.bge4j.testing.Seeds;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Integer layers in the runtime, beside the same sums in 64 bits. */
class QuantizedLayersTest {

  @TempDir
  private Path folder;

  static LongStream seeds() {
    return Seeds.upTo(10).stream();
  }

  /**
   * Every integer is at its end, so that pairs of products reach the most that 16 bits must hold on
   * processors without VNNI.
   */
  @ParameterizedTest
  @ValueSource(ints = {2, 31, 384, 4096})
  void multiply_largestIntegersOfEitherSign_neverSaturates(int in) throws OrtException {
    float[][] signs = {filled(in, 1), filled(in, -1), alternating(in), halves(in)};
    float[][] actual = multiply(signs, signs, null);
    for (int row = 0; row < signs.length; row++) {
      for (int out = 0; out < signs.length; out++) {
        double exact = 0;
        for (int i = 0; i < in; i++) {
          exact += signs[row][i] * signs[out][i];
        }
        assertThat((double) actual[row][out]).isCloseTo(exact, within(in * 1e-6));
      }
    }
  }

  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void multiply_randomRows_areTheIntegerSumsTimesTheScales(long seed) throws OrtException {
    Random random = new Random(seed);
    int in = 1 + random.nextInt(200);
    float[][] matrix = gaussians(random, 1 + random.nextInt(40), in);
    float[][] rows = gaussians(random, 1 + random.nextInt(30), in);
    Arrays.fill(rows[random.nextInt(rows.length)], 0);

    float[][] actual = multiply(rows, matrix, null);
    for (int row = 0; row < rows.length; row++) {
      double rowScale = Math.max(largest(rows[row]), 1e-8f) / 127;
      for (int out = 0; out < matrix.length; out++) {
        double scale = largest(matrix[out]) / 63;
        double exact = 0;
        double slack = 1e-6;
        for (int i = 0; i < in; i++) {
          double a = rows[row][i] / rowScale;
          double b = matrix[out][i] / scale;
          exact += Math.rint(a) * Math.rint(b);
          // Where the floats are next to the middle of two integers, either is right.
          slack += isTie(a) ? 63 : 0;
          slack += isTie(b) ? 127 : 0;
        }
        assertThat(actual[row][out] / (rowScale * scale))
            .isCloseTo(exact, within(slack + Math.abs(exact) * 1e-5));
      }
    }
  }

  /** What is no number stays none, wherever it stands: a run must not answer. */
  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void multiply_rowThatIsNotFinite_givesNoNumber(float value) throws OrtException {
    Random random = new Random(9);
    for (int in : new int[] {1, 7, 16, 33, 100, 384}) {
      float[][] rows = gaussians(random, in, in);
      for (int i = 0; i < in; i++) {
        rows[i][i] = value;
      }
      for (float[] row : multiply(rows, gaussians(random, 3, in), null)) {
        for (float result : row) {
          assertThat(Float.isFinite(result)).isFalse();
        }
      }
    }
  }

  @Test
  void multiply_rowsAmongOthers_haveTheSameBitsAlone() throws OrtException {
    Random random = new Random(3);
    float[][] matrix = gaussians(random, 50, 96);
    float[][] rows = gaussians(random, 70, 96);
    float[][] together = multiply(rows, matrix, null);
    for (int row = 0; row < rows.length; row++) {
      assertThat(multiply(new float[][] {rows[row]}, matrix, null)[0]).isEqualTo(together[row]);
    }
  }

  /** What is 40 times as large as the rest leaves the rest its steps. */
  @Test
  void multiply_ofALayerNormWithOutliers_isNearerThanWithoutItsWeights() throws OrtException {
    Random random = new Random(5);
    int in = 256;
    float[] norm = filled(in, 1);
    norm[7] = 40;
    norm[100] = -60;
    float[][] matrix = gaussians(random, 64, in);
    float[][] rows = gaussians(random, 100, in);
    for (float[] row : rows) {
      for (int i = 0; i < in; i++) {
        row[i] *= norm[i];
      }
    }
    double apart = error(multiply(rows, matrix, norm), rows, matrix);
    double together = error(multiply(rows, matrix, null), rows, matrix);
    assertThat(apart).isLessThan(together / 2).isPositive();
  }

  @Test
  void multiply_ofALayerNormThatIsMostlyNothing_staysFinite() throws OrtException {
    float[] norm = filled(8, Float.MIN_VALUE);
    norm[3] = 1;
    float[][] rows = {{0, 0, 0, 2, 0, 0, 0, 0}};
    float[][] actual = multiply(rows, new float[][] {filled(8, 0.5f)}, norm);
    assertThat(actual[0][0]).isCloseTo(1, within(1e-6f));
  }

  /** Root of the mean squared error, over that of the results. */
  private static double error(float[][] actual, float[][] rows, float[][] matrix) {
    double error = 0;
    double size = 0;
    for (int row = 0; row < rows.length; row++) {
      for (int out = 0; out < matrix.length; out++) {
        double exact = 0;
        for (int i = 0; i < rows[row].length; i++) {
          exact += (double) rows[row][i] * matrix[out][i];
        }
        error += Math.pow(actual[row][out] - exact, 2);
        size += exact * exact;
      }
    }
    return Math.sqrt(error / size);
  }

  /**
   * Runs one layer.
   *
   * @param norm weights of a LayerNorm that gave the rows, whose bias is 0; null for none
   */
  private float[][] multiply(float[][] rows, float[][] matrix, float @Nullable [] norm)
      throws OrtException {
    int in = rows[0].length;
    Map<String, WeightReference> all = new LinkedHashMap<>();
    all.put("layer.weight", reference(matrix));
    all.put("layer.bias", vector(new float[matrix.length]));
    if (norm != null) {
      all.put("norm.weight", vector(norm));
      all.put("norm.bias", vector(new float[in]));
    }
    OnnxGraphBuilder graph = new OnnxGraphBuilder("test");
    WeightBinder binder = new WeightBinder(TestWeights.of(all), graph);
    graph.input("x", DType.F32, "rows", in);
    QuantizedLayers layers = new QuantizedLayers(binder, graph);
    if (norm == null) {
      layers.multiply("layer", "x", matrix.length, in);
    } else {
      layers.linear("layer", "x", "norm", matrix.length, in);
    }
    graph.output("layer", DType.F32, "rows", matrix.length);
    Path root = binder.finish(new WeightCache(folder));
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.addConfigEntry(
          "session.model_external_initializers_file_folder_path", root.toString());
      try (OrtSession session = environment.createSession(graph.model(), options);
          OnnxTensor input = OnnxTensor.createTensor(environment, rows);
          OrtSession.Result result = session.run(Map.of("x", input))) {
        return (float[][]) result.get(0).getValue();
      }
    }
  }

  private static WeightReference reference(float[][] matrix) {
    return WeightReference.rowMajor(
        bytes(matrix), DType.F32, new long[] {matrix.length, matrix[0].length});
  }

  private static WeightReference vector(float[] values) {
    return WeightReference.rowMajor(
        bytes(new float[][] {values}), DType.F32, new long[] {values.length});
  }

  private static Region bytes(float[][] values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * values[0].length * Float.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN);
    int position = 0;
    for (float[] row : values) {
      for (float value : row) {
        bytes.putFloat(position, value);
        position += Float.BYTES;
      }
    }
    return Region.ofMemory("test", bytes);
  }

  private static boolean isTie(double value) {
    return Math.abs(Math.abs(value - Math.floor(value)) - 0.5) < 1e-4;
  }

  private static float largest(float[] values) {
    float largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  private static float[][] gaussians(Random random, int rows, int columns) {
    float[][] all = new float[rows][columns];
    for (float[] row : all) {
      for (int i = 0; i < columns; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return all;
  }

  private static float[] filled(int size, float value) {
    float[] all = new float[size];
    Arrays.fill(all, value);
    return all;
  }

  private static float[] alternating(int size) {
    float[] all = filled(size, 1);
    for (int i = 1; i < size; i += 2) {
      all[i] = -1;
    }
    return all;
  }

  private static float[] halves(int size) {
    float[] all = filled(size, 1);
    Arrays.fill(all, 0, size / 2, -1);
    return all;
  }
}
