package io.github.bge4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.Precision;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PrecisionReportTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final PrecisionReport report = new PrecisionReport(
      Precision.INT8,
      OutputFile.ofStdout(new Stdio(
          new ByteArrayInputStream(new byte[0]),
          out,
          new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
          stream -> false)));

  @Test
  void finish_vectorsApart_isNotSafe() throws IOException {
    report.compareVectors("multi-vector", new double[] {1, 0.7});
    assertJudged(
        false,
        "int8 is NOT safe here: the mean cosine of multi-vector is 0.85000;"
            + " the worst cosine of multi-vector is 0.70000");
  }

  @Test
  void finish_measuresLower_isNotSafe() throws IOException {
    report.compareRankings(List.of(result("a", "b")), List.of(result("c", "d")));
    report.compareNdcg(0.5, 0.4969);
    report.compareRecall(0.9, 0.894);
    assertJudged(
        false, "int8 is NOT safe here: nDCG@10 is 0.0031 lower; recall@100 is 0.0060 lower");
  }

  @Test
  void finish_otherHitsWithMeasuresAsGood_isSafe() throws IOException {
    report.compareRankings(List.of(result("a", "b")), List.of(result("c", "d")));
    report.compareNdcg(0.5, 0.4971);
    report.compareRecall(0.9, 0.896);
    assertJudged(true, "int8 is safe here");
  }

  @Test
  void finish_otherHitsWithoutMeasures_isNotSafe() throws IOException {
    report.compareRankings(
        List.of(result("a", "b", "c"), result("a", "b", "c")),
        List.of(result("b", "a", "c"), result("a", "b", "d")));
    assertJudged(false, "int8 is NOT safe here: 83.3 % of the best hits are the same");
  }

  @Test
  void finish_sparseVectorsApart_isNotSafe() throws IOException {
    report.compareSparse(0.99, 1);
    assertJudged(false, "int8 is NOT safe here: the cosine of sparse is 0.99000");
  }

  @Test
  void finish_noSparseWeightAtAll_isSafe() throws IOException {
    report.compareSparse(0, 0);
    assertJudged(true, "int8 is safe here");
  }

  @Test
  void finish_notANumber_isNotSafe() throws IOException {
    report.compareVectors("dense", new double[] {1, Double.NaN});
    report.addRound(new Throughput(10, 100, 0, 2), new Throughput(10, 100, 0, 1));
    assertThat(report.finish()).isFalse();
  }

  @Test
  void compareOrders_otherScores_areShownAndJudged() throws IOException {
    report.compareOrders(
        List.of(scored(3, 2, 1), scored(3, 2, 1)), List.of(scored(3, 2, 1), scored(1, 2.5, 3)));
    report.addRound(new Throughput(10, 100, 0, 2), new Throughput(10, 100, 0, 1));
    assertThat(report.finish()).isFalse();
    assertThat(printed())
        .contains(
            "Kendall's tau  of 3 documents a query to fp32: mean 0.0000, worst -1.0000",
            "largest error  2.0000 of a logit",
            "best document  50.0 % the same")
        .endsWith("int8 is NOT safe here: the mean of Kendall's tau is 0.0000\n");
  }

  private void assertJudged(boolean safe, String line) throws IOException {
    report.addRound(new Throughput(10, 100, 0, 2), new Throughput(10, 100, 0, 1));
    assertThat(report.finish()).isEqualTo(safe);
    assertThat(printed())
        .contains("texts/s        fp32 5.0, int8 10.0: 2.00 times\n")
        .endsWith("\n" + line + "\n");
  }

  private String printed() {
    return out.toString(StandardCharsets.UTF_8);
  }

  /** Documents 0, 1, 2... with these scores, best first. */
  private static SearchResult scored(double... scores) {
    return new SearchResult(
        Query.ask(1, "?"),
        IntStream.range(0, scores.length)
            .mapToObj(i -> new Hit(new Document(1, Integer.toString(i), "", ""), scores[i]))
            .sorted(Comparator.comparingDouble(Hit::score).reversed())
            .toList());
  }

  private static SearchResult result(String... ids) {
    return new SearchResult(
        Query.ask(1, "?"),
        Arrays.stream(ids).map(id -> new Hit(new Document(1, id, "", ""), 0)).toList());
  }
}
