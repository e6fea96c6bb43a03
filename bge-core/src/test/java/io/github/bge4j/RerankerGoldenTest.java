package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.bge4j.internal.text.HuggingFaceTokenizer;
import io.github.bge4j.internal.text.PairEncoder;
import io.github.bge4j.internal.text.TokenizedText;
import io.github.bge4j.internal.text.Tokenizer;
import io.github.bge4j.internal.text.TokenizerFile;
import io.github.bge4j.testing.GoldenFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tiny cross-encoders against the reference's answers. */
class RerankerGoldenTest {

  @TempDir
  private Path folder;

  @ParameterizedTest
  @CsvSource({
    "bert-reranker.expected.jsonl.gz, 512",
    "bert-reranker.expected.jsonl.gz, 48",
    "reranker.expected.jsonl.gz, 512",
    "reranker.expected.jsonl.gz, 64"
  })
  void encode_everyPair_givesTheIdsAndTypesOfTheReference(String file, int maxTokens)
      throws IOException {
    boolean bert = file.startsWith("bert");
    try (Tokenizer tokenizer = HuggingFaceTokenizer.open(
        TokenizerFile.read(bert ? BgeSmall.tokenizerJson() : GoldenFiles.m3Tokenizer(), file))) {
      PairEncoder encoder = new PairEncoder(tokenizer, maxTokens, maxTokens * 3 / 4);
      List<GoldenPair> rows = GoldenPair.read(file, maxTokens);
      assertThat(rows).hasSize(76);
      for (GoldenPair row : rows) {
        TokenizedText pair = encoder.encode(encoder.encodeQuery(row.query()), row.passage());
        assertThat(pair.ids()).isEqualTo(row.ids());
        int ones =
            bert ? (int) IntStream.of(row.typeIds()).filter(type -> type == 1).count() : 0;
        assertThat(pair.firstSegment()).isEqualTo(row.ids().length - ones);
        if (bert) {
          assertThat(row.typeIds()).isSorted();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 48})
  void scores_bert_matchTheReference(int maxTokens) throws IOException {
    Path model = GoldenFiles.writeModel("bert-reranker", folder);
    List<GoldenPair> longer = GoldenPair.read("bert-reranker.expected.jsonl.gz", 512);
    List<GoldenPair> rows = GoldenPair.read("bert-reranker.expected.jsonl.gz", maxTokens);
    BgeRerankerBuilder builder =
        BgeReranker.builder().model(ModelSource.directory(model)).maxTokens(maxTokens);
    List<TextPair> pairs = rows.stream().map(GoldenPair::pair).toList();
    try (BgeReranker raw = builder.build();
        BgeReranker normalized = builder.normalize(true).build()) {
      List<PairScore> logits = raw.scores(pairs);
      List<PairScore> sigmoids = normalized.scores(pairs);
      for (int i = 0; i < rows.size(); i++) {
        GoldenPair row = rows.get(i);
        assertThat(logits.get(i).score()).isCloseTo(row.logit(), within(GoldenAssert.SCORE));
        assertThat(sigmoids.get(i).score()).isCloseTo(row.sigmoid(), within(GoldenAssert.SCORE));
        assertThat(logits.get(i).tokenCount()).isEqualTo(row.ids().length);
        if (maxTokens < 512) {
          assertThat(logits.get(i).truncated())
              .isEqualTo(row.ids().length < longer.get(i).ids().length);
        }
      }
    }
  }

  /** The file has the two logits of the longer half of the pairs; see its README. */
  @ParameterizedTest
  @ValueSource(ints = {512, 64})
  void scores_xlmRoberta_matchTheReference(int maxTokens) throws IOException {
    List<GoldenPair> rows = GoldenPair.read("reranker.expected.jsonl.gz", maxTokens).stream()
        .sorted(Comparator.comparingInt(row -> -row.ids().length))
        .toList();
    List<double[]> logits = new ArrayList<>();
    List<double[]> sigmoids = new ArrayList<>();
    for (int label = 0; label < 2; label++) {
      Path model =
          GoldenFiles.writeModel("reranker-label" + label, folder.resolve("label" + label));
      BgeRerankerBuilder builder =
          BgeReranker.builder().model(ModelSource.directory(model)).maxTokens(maxTokens);
      logits.add(scores(builder, rows));
      sigmoids.add(scores(builder.normalize(true), rows));
    }
    assertFlattened(logits, rows, rows.stream().mapToDouble(GoldenPair::logit).toArray());
    assertFlattened(
        sigmoids, rows, rows.stream().mapToDouble(GoldenPair::sigmoid).toArray());
  }

  /**
   * Compares both labels of the longer half with all rows.
   *
   * @param actual scores by label, longest pair first
   */
  private static void assertFlattened(
      List<double[]> actual, List<GoldenPair> longestFirst, double[] expected) {
    int count = expected.length;
    double[] flat = new double[count];
    for (int place = 0; place < count; place++) {
      flat[place] = actual.get(place % 2)[place / 2];
    }
    assertThat(Arrays.stream(flat).sorted().toArray())
        .containsExactly(Arrays.stream(expected).sorted().toArray(), within(GoldenAssert.SCORE));
    for (int row = 0; row < count; row++) {
      // Pairs of one length may stand in any order: each of their places is as good.
      double nearest = Double.POSITIVE_INFINITY;
      for (int place : placesOfLength(longestFirst, row)) {
        for (int scored : placesOfLength(longestFirst, place / 2)) {
          double score = actual.get(place % 2)[scored];
          nearest = Math.min(nearest, Math.abs(score - expected[row]));
        }
      }
      assertThat(nearest).as("row %d", row).isLessThan(GoldenAssert.SCORE);
    }
  }

  private static int[] placesOfLength(List<GoldenPair> rows, int place) {
    int length = rows.get(place).ids().length;
    return IntStream.range(0, rows.size())
        .filter(i -> rows.get(i).ids().length == length)
        .toArray();
  }

  private static double[] scores(BgeRerankerBuilder builder, List<GoldenPair> rows) {
    try (BgeReranker reranker = builder.build()) {
      return reranker.scores(rows.stream().map(GoldenPair::pair).toList()).stream()
          .mapToDouble(PairScore::score)
          .toArray();
    }
  }
}
