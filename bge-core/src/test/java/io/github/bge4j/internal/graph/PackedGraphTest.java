package io.github.bge4j.internal.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.bge4j.ModelException;
import io.github.bge4j.Output;
import io.github.bge4j.Pooling;
import io.github.bge4j.Precision;
import io.github.bge4j.internal.checkpoint.Checkpoint;
import io.github.bge4j.internal.checkpoint.Linear;
import io.github.bge4j.internal.checkpoint.ModelFolder;
import io.github.bge4j.internal.checkpoint.VectorRecipe;
import io.github.bge4j.internal.runtime.CompiledModel;
import io.github.bge4j.internal.runtime.EncoderOutput;
import io.github.bge4j.internal.runtime.EncoderSession;
import io.github.bge4j.internal.text.PackedBatch;
import io.github.bge4j.internal.text.TokenizedText;
import io.github.bge4j.testing.GoldenFiles;
import io.github.bge4j.testing.Seeds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The graph for CUDA on a CPU, where its attention is a function of standard operators, against the
 * reference's answers and the graph for CPUs. In fp16 ONNX Runtime computes single operators in
 * fp32 and rounds what they give, as CUDA does; sums of products are rounded once in both.
 */
class PackedGraphTest {

  private static final int MOST_SCORES_OF_A_RUN = 1_000_000;

  @TempDir
  private Path folder;

  /** How near answers must be, and what they are. */
  enum Packed {
    FP32(Precision.FP32, 1e-5, 1e-5, 1e-4),
    /** Ten bits of a number, over as many layers as the models of the test have. */
    FP16(Precision.FP16, 2e-3, 1e-2, 2e-2);

    private final Precision precision;
    private final double component;
    private final double weight;
    private final double logit;

    Packed(Precision precision, double component, double weight, double logit) {
      this.precision = precision;
      this.component = component;
      this.weight = weight;
      this.logit = logit;
    }

    private Target target() {
      return Target.packed(
          precision, PackedAttentionFunction.DOMAIN, PackedAttentionFunction.bytes());
    }
  }

  @ParameterizedTest
  @EnumSource
  void run_bertInMixedBatches_givesTheReferencesVectors(Packed packed) throws IOException {
    List<JsonObject> rows = rows("bert.expected.jsonl.gz");
    try (EncoderSession session = open(GoldenFiles.path("bert"), packed.target(), Set.of())) {
      List<float[]> vectors = dense(session, rows);
      for (int i = 0; i < rows.size(); i++) {
        assertNear(vectors.get(i), floats(rows.get(i), "cls"), packed);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void run_m3InMixedBatches_givesTheReferencesVectors(Packed packed) throws IOException {
    List<JsonObject> rows = rows("m3.expected.jsonl.gz");
    try (EncoderSession session = open(GoldenFiles.path("m3"), packed.target(), Set.of())) {
      List<float[]> vectors = dense(session, rows);
      for (int i = 0; i < rows.size(); i++) {
        assertNear(vectors.get(i), floats(rows.get(i), "dense"), packed);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void run_allOutputsOfMixedBatches_areThoseOfTheGraphForCpus(Packed packed) throws IOException {
    List<PackedBatch> texts =
        rows("m3.expected.jsonl.gz").stream().map(row -> batch(List.of(row))).toList();
    Set<Output> heads = Set.of(Output.SPARSE, Output.MULTI_VECTOR);
    Set<Output> all = EnumSet.allOf(Output.class);
    Path model = GoldenFiles.path("m3");
    try (EncoderSession exact = open(model, Target.cpu(Precision.FP32), heads);
        EncoderSession session = open(model, packed.target(), heads)) {
      List<JsonObject> rows = rows("m3.expected.jsonl.gz");
      for (List<Integer> run : runs(rows, 3)) {
        EncoderOutput actual = session.run(batch(run.stream().map(rows::get).toList()), all, null);
        float[] dense = Objects.requireNonNull(actual.dense());
        int token = 0;
        for (int place = 0; place < run.size(); place++) {
          int text = run.get(place);
          assertNear(
              slice(dense, place, session.dimension()), floats(rows.get(text), "dense"), packed);
          EncoderOutput expected = exact.run(texts.get(text), all, null);
          float[] weights = Objects.requireNonNull(expected.tokenWeights());
          float[] vectors = Objects.requireNonNull(expected.multiVectors());
          int width = vectors.length / weights.length;
          for (int i = 0; i < weights.length; i++, token++) {
            assertThat(Math.max(0, Objects.requireNonNull(actual.tokenWeights())[token]))
                .isCloseTo(weights[i], within((float) (packed.weight * Math.max(1, weights[i]))));
            assertThat(cosine(
                    slice(Objects.requireNonNull(actual.multiVectors()), token, width),
                    slice(vectors, i, width)))
                .isGreaterThan(0.9999);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void run_pairsOfBert_givesTheReferencesLogits(Packed packed) throws IOException {
    List<JsonObject> rows = rows("bert-reranker.expected.jsonl.gz");
    List<Float> logits = logits(GoldenFiles.path("bert-reranker"), packed.target(), rows);
    for (int i = 0; i < rows.size(); i++) {
      assertThat((double) logits.get(i))
          .isCloseTo(rows.get(i).get("logit").getAsDouble(), within(packed.logit));
    }
  }

  /** The reference scored two labels, as no model does; the graph for CPUs has its answers. */
  @ParameterizedTest
  @EnumSource
  void run_pairsOfXlmRoberta_givesTheLogitsOfTheGraphForCpus(Packed packed) throws IOException {
    List<JsonObject> rows = rows("reranker.expected.jsonl.gz");
    Path model = GoldenFiles.path("reranker-label0");
    List<Float> logits = logits(model, packed.target(), rows);
    try (EncoderSession exact = openCrossEncoder(model, Target.cpu(Precision.FP32))) {
      for (int i = 0; i < rows.size(); i++) {
        float[] expected = Objects.requireNonNull(
            exact.run(batch(List.of(rows.get(i))), EncoderSession.LOGITS, null).logits());
        assertThat(logits.get(i)).isCloseTo(expected[0], within((float) packed.logit));
      }
    }
  }

  private List<Float> logits(Path model, Target target, List<JsonObject> rows) {
    List<Float> all = new ArrayList<>(Collections.nCopies(rows.size(), 0f));
    try (EncoderSession session = openCrossEncoder(model, target)) {
      for (List<Integer> run : runs(rows, 5)) {
        PackedBatch batch = batch(run.stream().map(rows::get).toList());
        float[] logits = Objects.requireNonNull(
            session.run(batch, EncoderSession.LOGITS, null).logits());
        for (int i = 0; i < run.size(); i++) {
          all.set(run.get(i), logits[i]);
        }
      }
    }
    return all;
  }

  static LongStream seeds() {
    return Seeds.upTo(3).stream();
  }

  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void run_randomLengthsInCompany_areTheVectorsOfTextsAlone(long seed) {
    Random random = new Random(seed);
    List<TokenizedText> texts = IntStream.range(0, 12)
        .mapToObj(i ->
            random.ints(1 + random.nextInt(1 << random.nextInt(8)), 5, 900).toArray())
        .map(ids -> new TokenizedText(ids, ids.length))
        .toList();
    try (EncoderSession session = open(GoldenFiles.path("m3"), Packed.FP32.target(), Set.of())) {
      float[] together = Objects.requireNonNull(
          session.run(PackedBatch.of(texts), Set.of(Output.DENSE), null).dense());
      int width = session.dimension();
      for (int i = 0; i < texts.size(); i++) {
        float[] alone = Objects.requireNonNull(session
            .run(PackedBatch.of(List.of(texts.get(i))), Set.of(Output.DENSE), null)
            .dense());
        assertThat(slice(together, i, width))
            .usingComparatorWithPrecision(1e-5f)
            .isEqualTo(alone);
      }
    }
  }

  @Test
  void compile_otherPoolingThanFirstTokens_isRefused() {
    Checkpoint checkpoint = checkpoint(GoldenFiles.path("bert"));
    assertThatThrownBy(() -> EncoderGraph.compile(
            checkpoint.config(),
            checkpoint.weights(),
            Map.of(),
            VectorRecipe.BGE.withPooling(Pooling.MEAN),
            Target.cuda(Precision.FP16),
            new WeightCache(folder)))
        .isInstanceOf(ModelException.class)
        .hasMessage("on CUDA vectors must be made of the first tokens: of [MEAN] here;"
            + " run this model on the CPU, Device.cpu()");
  }

  /** Without attention's biases the operator needs no padded workspace. */
  @Test
  void foldValueBias_randomWeights_isAttentionWithBiases() {
    Random random = new Random(7);
    int n = 5;
    int d = 4;
    double[][] q = gaussians(random, n, d);
    double[][] k = gaussians(random, n, d);
    double[][] v = gaussians(random, n, d);
    double[] keyBias = gaussians(random, 1, d)[0];
    double[] valueBias = gaussians(random, 1, d)[0];
    double[] bias = gaussians(random, 1, d)[0];
    double[][] out = gaussians(random, d, d);
    double[][] expected = projected(attention(q, plus(k, keyBias), plus(v, valueBias)), out, bias);
    float[] matrix = new float[d * d];
    for (int i = 0; i < matrix.length; i++) {
      matrix[i] = (float) out[i / d][i % d];
    }
    float[] folded = SelfAttention.foldValueBias(matrix, narrowed(bias), narrowed(valueBias));
    double[] wide = IntStream.range(0, d).mapToDouble(i -> folded[i]).toArray();
    double[][] actual = projected(attention(q, k, v), out, wide);
    for (int i = 0; i < n; i++) {
      assertThat(actual[i]).containsExactly(expected[i], within(1e-6));
    }
  }

  private static double[][] attention(double[][] q, double[][] k, double[][] v) {
    int d = q[0].length;
    double[][] mixed = new double[q.length][d];
    for (int i = 0; i < q.length; i++) {
      double total = 0;
      for (int j = 0; j < k.length; j++) {
        double score = 0;
        for (int x = 0; x < d; x++) {
          score += q[i][x] * k[j][x];
        }
        double weight = Math.exp(score / Math.sqrt(d));
        total += weight;
        for (int x = 0; x < d; x++) {
          mixed[i][x] += weight * v[j][x];
        }
      }
      for (int x = 0; x < d; x++) {
        mixed[i][x] /= total;
      }
    }
    return mixed;
  }

  private static double[][] plus(double[][] rows, double[] bias) {
    return Arrays.stream(rows)
        .map(row ->
            IntStream.range(0, row.length).mapToDouble(i -> row[i] + bias[i]).toArray())
        .toArray(double[][]::new);
  }

  private static double[][] projected(double[][] rows, double[][] matrix, double[] bias) {
    return Arrays.stream(rows)
        .map(row -> IntStream.range(0, bias.length)
            .mapToDouble(out -> bias[out]
                + IntStream.range(0, row.length)
                    .mapToDouble(i -> matrix[out][i] * row[i])
                    .sum())
            .toArray())
        .toArray(double[][]::new);
  }

  private static double[][] gaussians(Random random, int rows, int columns) {
    return IntStream.range(0, rows)
        .mapToObj(i -> random.doubles(columns, -1, 1).toArray())
        .toArray(double[][]::new);
  }

  private static float[] narrowed(double[] values) {
    float[] narrow = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      narrow[i] = (float) values[i];
    }
    return narrow;
  }

  private static List<JsonObject> rows(String file) throws IOException {
    return GoldenFiles.rows(file, line -> JsonParser.parseString(line).getAsJsonObject());
  }

  private static float[] floats(JsonObject row, String field) {
    JsonArray array = row.getAsJsonArray(field);
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).getAsFloat();
    }
    return values;
  }

  private static PackedBatch batch(List<JsonObject> rows) {
    return PackedBatch.of(rows.stream().map(PackedGraphTest::text).toList());
  }

  private static TokenizedText text(JsonObject row) {
    int[] ids = integers(row, "ids");
    boolean typed = row.has("type_ids") && !row.get("type_ids").isJsonNull();
    int first = typed
        ? (int)
            IntStream.of(integers(row, "type_ids")).filter(type -> type == 0).count()
        : ids.length;
    return new TokenizedText(ids, first, ids.length);
  }

  private static int[] integers(JsonObject row, String field) {
    JsonArray array = row.getAsJsonArray(field);
    return IntStream.range(0, array.size()).map(i -> array.get(i).getAsInt()).toArray();
  }

  /** Positions of all texts, shuffled, in runs that the function computes in reasonable time. */
  private static List<List<Integer>> runs(List<JsonObject> rows, long seed) {
    List<Integer> order =
        new ArrayList<>(IntStream.range(0, rows.size()).boxed().toList());
    Collections.shuffle(order, new Random(seed));
    List<List<Integer>> runs = new ArrayList<>(List.of(new ArrayList<>()));
    int longest = 0;
    for (int text : order) {
      List<Integer> run = runs.get(runs.size() - 1);
      longest = Math.max(longest, rows.get(text).getAsJsonArray("ids").size());
      if (run.size() * longest * longest > MOST_SCORES_OF_A_RUN) {
        run = new ArrayList<>();
        runs.add(run);
        longest = rows.get(text).getAsJsonArray("ids").size();
      }
      run.add(text);
    }
    return runs;
  }

  private static List<float[]> dense(EncoderSession session, List<JsonObject> rows) {
    List<float[]> vectors = new ArrayList<>(Collections.nCopies(rows.size(), new float[0]));
    for (List<Integer> run : runs(rows, 1)) {
      PackedBatch batch = batch(run.stream().map(rows::get).toList());
      float[] all =
          Objects.requireNonNull(session.run(batch, Set.of(Output.DENSE), null).dense());
      for (int i = 0; i < run.size(); i++) {
        vectors.set(run.get(i), slice(all, i, session.dimension()));
      }
    }
    return vectors;
  }

  private static float[] slice(float[] all, int row, int width) {
    return Arrays.copyOfRange(all, row * width, (row + 1) * width);
  }

  /** The reference's vectors have length 1. */
  private static void assertNear(float[] vector, float[] expected, Packed packed) {
    double norm = Math.sqrt(dot(vector, vector));
    for (int i = 0; i < vector.length; i++) {
      assertThat(vector[i] / norm).isCloseTo(expected[i], within(packed.component));
    }
    assertThat(cosine(vector, expected)).isGreaterThan(0.9999);
  }

  private static double cosine(float[] a, float[] b) {
    return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  }

  private static double dot(float[] a, float[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> (double) a[i] * b[i]).sum();
  }

  private static Checkpoint checkpoint(Path model) {
    return Checkpoint.open(ModelFolder.read(model));
  }

  private EncoderSession open(Path model, Target target, Set<Output> wanted) {
    Checkpoint checkpoint = checkpoint(model);
    Map<Output, Linear> heads = new EnumMap<>(Output.class);
    if (wanted.contains(Output.SPARSE)) {
      heads.put(Output.SPARSE, checkpoint.sparseHead().orElseThrow());
    }
    if (wanted.contains(Output.MULTI_VECTOR)) {
      heads.put(Output.MULTI_VECTOR, checkpoint.colbertHead().orElseThrow());
    }
    return CompiledModel.open(
        EncoderGraph.compile(
            checkpoint.config(),
            checkpoint.weights(),
            heads,
            VectorRecipe.BGE,
            target,
            new WeightCache(folder)),
        "packed",
        1,
        1);
  }

  private EncoderSession openCrossEncoder(Path model, Target target) {
    Checkpoint checkpoint = checkpoint(model);
    return CompiledModel.open(
        EncoderGraph.compileCrossEncoder(
            checkpoint.config(), checkpoint.weights(), target, new WeightCache(folder)),
        "packed",
        1,
        1);
  }
}
