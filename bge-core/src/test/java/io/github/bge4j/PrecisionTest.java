package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bge4j.testing.GoldenFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers in int8 beside those in fp32, and where int8 may be asked for. */
class PrecisionTest {

  @TempDir
  private Path folder;

  private BgeEmbedderBuilder inFolder(ModelSource model, Precision precision) {
    return BgeEmbedder.builder()
        .model(model)
        .precision(precision)
        .cacheDirectory(folder.resolve("cache"));
  }

  @Test
  void dense_realModelInInt8_staysBesideFp32() throws IOException {
    List<GoldenRow> rows = GoldenRow.read("bert.expected.jsonl.gz");
    List<String> texts = IntStream.range(0, rows.size())
        .filter(i -> i % 4 == 0)
        .mapToObj(i -> rows.get(i).text())
        .toList();
    try (BgeEmbedder exact = inFolder(BgeSmall.source(), Precision.FP32).build();
        BgeEmbedder fast = inFolder(BgeSmall.source(), Precision.INT8).build()) {
      Agreement agreement =
          Agreement.of(exact.dense(texts), fast.dense(texts), Similarity.COSINE::of);
      assertThat(agreement.mean()).isBetween(0.995, 0.99999);
      assertThat(agreement.worst()).isGreaterThan(0.98);
    }
  }

  @Test
  void embed_allOutputsInInt8_stayBesideFp32() throws IOException {
    ModelSource model = ModelSource.directory(GoldenFiles.path("m3"));
    List<String> texts =
        GoldenRow.read("m3.expected.jsonl.gz").stream().map(GoldenRow::text).toList();
    try (BgeEmbedder exact = inFolder(model, Precision.FP32).build();
        BgeEmbedder fast = inFolder(model, Precision.INT8).build()) {
      List<Embedding> expected = exact.embed(texts, Output.values());
      List<Embedding> actual = fast.embed(texts, Output.values());
      Agreement dense =
          Agreement.of(expected, actual, (a, b) -> Similarity.COSINE.of(a.dense(), b.dense()));
      Agreement rows = Agreement.of(
          expected,
          actual,
          (a, b) -> a.multiVector().rows() == 0 ? 1 : a.multiVector().maxSim(b.multiVector()));
      assertThat(dense.mean()).isBetween(0.995, 0.99999);
      assertThat(rows.mean()).isBetween(0.99, 0.99999);
      double together = 0;
      double squares = 0;
      double otherSquares = 0;
      for (int i = 0; i < texts.size(); i++) {
        assertThat(actual.get(i).tokenIds()).isEqualTo(expected.get(i).tokenIds());
        together += dot(expected.get(i), actual.get(i));
        squares += dot(expected.get(i), expected.get(i));
        otherSquares += dot(actual.get(i), actual.get(i));
      }
      // Of all texts as one: one text may have no weight but such as are next to becoming 0.
      double cosine = together / Math.sqrt(squares * otherSquares);
      assertThat(cosine).isBetween(0.995, 0.99999999);
    }
  }

  @Test
  void embed_allOutputsInInt8Together_areTheBitsOfTextsAlone() throws IOException {
    ModelSource model = ModelSource.directory(GoldenFiles.path("m3"));
    List<String> texts = GoldenRow.read("m3.expected.jsonl.gz").stream()
        .map(GoldenRow::text)
        .limit(60)
        .collect(Collectors.toCollection(ArrayList::new));
    Collections.shuffle(texts, new Random(5));
    try (BgeEmbedder fast = inFolder(model, Precision.INT8).build()) {
      List<Embedding> together = fast.embed(texts, Output.values());
      for (int i = 0; i < texts.size(); i++) {
        Embedding alone = fast.embed(texts.get(i), Output.values());
        assertThat(together.get(i).dense()).isEqualTo(alone.dense());
        assertThat(together.get(i).lexicalWeights()).isEqualTo(alone.lexicalWeights());
        assertThat(together.get(i).multiVector()).isEqualTo(alone.multiVector());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert-reranker", "reranker-label1"})
  void scores_inInt8Together_areTheBitsOfPairsAlone(String name) throws IOException {
    ModelSource model = ModelSource.directory(GoldenFiles.writeModel(name, folder.resolve(name)));
    List<TextPair> pairs = pairs(name);
    Collections.shuffle(pairs, new Random(5));
    try (BgeReranker fast = BgeReranker.builder()
        .model(model)
        .cacheDirectory(folder.resolve("cache"))
        .precision(Precision.INT8)
        .build()) {
      List<PairScore> together = fast.scores(pairs);
      for (int i = 0; i < pairs.size(); i++) {
        assertThat(together.get(i)).isEqualTo(fast.scores(List.of(pairs.get(i))).get(0));
      }
    }
  }

  private static List<TextPair> pairs(String model) throws IOException {
    String golden = model.startsWith("bert") ? "bert-reranker" : "reranker";
    return GoldenPair.read(golden + ".expected.jsonl.gz", 512).stream()
        .map(GoldenPair::pair)
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private static double dot(Embedding a, Embedding b) {
    return a.lexicalWeights().dot(b.lexicalWeights());
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert-reranker", "reranker-label1"})
  void rerank_inInt8_ordersAsInFp32(String name) throws IOException {
    ModelSource model = ModelSource.directory(GoldenFiles.writeModel(name, folder.resolve(name)));
    List<TextPair> pairs = pairs(name);
    BgeRerankerBuilder builder =
        BgeReranker.builder().model(model).cacheDirectory(folder.resolve("cache"));
    try (BgeReranker exact = builder.build();
        BgeReranker fast = builder.precision(Precision.INT8).build()) {
      double tau = kendall(exact.scores(pairs), fast.scores(pairs));
      assertThat(tau).isGreaterThan(0.9);
    }
  }

  @Test
  void build_inInt8Again_usesTheQuantizedWeights() throws IOException {
    ModelSource model =
        ModelSource.directory(GoldenFiles.writeModel("bert", folder.resolve("bert")));
    float[] first = inInt8(model);
    List<Path> files = weightFiles();
    for (Path file : files) {
      Files.setLastModifiedTime(file, FileTime.fromMillis(0));
    }
    assertThat(inInt8(model)).isEqualTo(first);
    assertThat(weightFiles()).isEqualTo(files);
    for (Path file : files) {
      assertThat(Files.getLastModifiedTime(file)).isEqualTo(FileTime.fromMillis(0));
    }
  }

  @Test
  void build_fileAsItIsInInt8_isRefused() {
    assertThatThrownBy(() -> inFolder(BgeSmall.ready(), Precision.INT8).build())
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageStartingWith("a file that runs as it is must be left its precision: INT8");
  }

  @SuppressWarnings({"NullAway", "DataFlowIssue"})
  @Test
  void precision_null_isRefused() {
    assertThatThrownBy(() -> BgeEmbedder.builder().precision(null))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage(
            "precision must not be null; give one, or leave an option unset for its default");
  }

  private float[] inInt8(ModelSource model) {
    try (BgeEmbedder embedder = inFolder(model, Precision.INT8).build()) {
      return embedder.dense("Paris");
    }
  }

  private List<Path> weightFiles() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("cache"))) {
      return files.filter(file -> file.toString().endsWith(".weights")).sorted().toList();
    }
  }

  /** Of all pairs of scores that differ in fp32: those in the same order less those not. */
  private static double kendall(List<PairScore> exact, List<PairScore> fast) {
    int sum = 0;
    int count = 0;
    for (int i = 0; i < exact.size(); i++) {
      for (int j = 0; j < i; j++) {
        double order = Math.signum(exact.get(i).score() - exact.get(j).score());
        sum += (int) (order * Math.signum(fast.get(i).score() - fast.get(j).score()));
        count += order == 0 ? 0 : 1;
      }
    }
    return (double) sum / count;
  }

  /** How near pairs of answers are; 1 for the same. */
  private record Agreement(double mean, double worst) {

    static <T> Agreement of(List<T> expected, List<T> actual, ToDoubleBiFunction<T, T> similarity) {
      List<Double> all = new ArrayList<>();
      for (int i = 0; i < expected.size(); i++) {
        all.add(similarity.applyAsDouble(expected.get(i), actual.get(i)));
      }
      return new Agreement(
          all.stream().mapToDouble(each -> each).average().orElseThrow(),
          all.stream().mapToDouble(each -> each).min().orElseThrow());
    }
  }
}
