package io.github.bge4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.Precision;
import io.github.bge4j.Similarity;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
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
    report.compareVectors(
        List.of(new float[] {1, 0}, new float[] {1, 0}),
        List.of(new float[] {1, 0}, new float[] {1, 1}),
        Similarity.COSINE);
    assertJudged(
        false, "int8 is NOT safe here: the mean cosine is 0.85355; the worst cosine is 0.70711");
  }

  @Test
  void finish_measuresLower_isNotSafe() throws IOException {
    report.compareRankings(List.of(result("a", "b")), List.of(result("c", "d")));
    report.compareEvaluations(new Evaluation(0.5, 0.9), new Evaluation(0.4969, 0.894));
    assertJudged(
        false, "int8 is NOT safe here: nDCG@10 is 0.0031 lower; recall@100 is 0.0060 lower");
  }

  @Test
  void finish_otherHitsWithMeasuresAsGood_isSafe() throws IOException {
    report.compareRankings(List.of(result("a", "b")), List.of(result("c", "d")));
    report.compareEvaluations(new Evaluation(0.5, 0.9), new Evaluation(0.4971, 0.896));
    assertJudged(true, "int8 is safe here");
  }

  @Test
  void finish_otherHitsWithoutMeasures_isNotSafe() throws IOException {
    report.compareRankings(
        List.of(result("a", "b", "c"), result("a", "b", "c")),
        List.of(result("b", "a", "c"), result("a", "b", "d")));
    assertJudged(false, "int8 is NOT safe here: 83.3 % of the best hits are the same");
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

  private static SearchResult result(String... ids) {
    return new SearchResult(
        Query.ask(1, "?"),
        Arrays.stream(ids).map(id -> new Hit(new Document(1, id, "", ""), 0)).toList());
  }
}
