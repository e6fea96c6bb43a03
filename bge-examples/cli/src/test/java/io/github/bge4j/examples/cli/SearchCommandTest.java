package io.github.bge4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.bge4j.testing.GoldenFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the whole command on the bundled model. */
final class SearchCommandTest {

  @TempDir
  private Path directory = Path.of("");

  @BeforeEach
  void writeDataset() throws IOException {
    Files.writeString(directory.resolve("corpus.jsonl"), """
        {"_id":"paris","title":"Paris","text":"The capital of France."}
        {"_id":"cat","title":"","text":"A small animal that purrs."}
        """);
    Files.writeString(
        directory.resolve("queries.jsonl"), "{\"_id\":\"7\",\"text\":\"French capital city\"}\n");
    Files.writeString(directory.resolve("qrels.tsv"), "query-id\tcorpus-id\tscore\n7\tparis\t2\n");
  }

  private CommandRun search(String... more) {
    String[] args = new String[more.length + 5];
    System.arraycopy(
        new String[] {"search", "--model", "bundled", "--dataset", directory.toString()},
        0,
        args,
        0,
        5);
    System.arraycopy(more, 0, args, 5, more.length);
    return CommandRun.of("", args);
  }

  @Test
  void search_judgedQueries_printsHitsAndMeasures() {
    CommandRun run = search("--hits", "2");
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).containsPattern("""
            \\[7] French capital city
               1 \\* 0\\.\\d{4}  Paris
                           The capital of France\\.
               2   0\\.\\d{4}  cat
                           A small animal that purrs\\.

            documents    2
            queries      1
            nDCG@10      1\\.0000
            recall@100   1\\.0000
            texts/s      [\\d.]+
            tokens/s     \\d+
            truncated    0 of 3 texts
            """);
  }

  @Test
  void search_noHitsWanted_printsMeasuresOnly() {
    assertThat(search().out()).startsWith("documents    2\n");
  }

  @Test
  void search_asked_printsHitsWithoutMeasures() throws IOException {
    Files.delete(directory.resolve("qrels.tsv"));
    CommandRun run = search("--ask", "What purrs?", "--ask", "Where is the Louvre?");
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .containsSubsequence(
            "[1] What purrs?", "1   0.", "cat", "[2] Where is the Louvre?", "Paris")
        .doesNotContain("nDCG", "recall")
        .contains("queries      2\n");
  }

  @Test
  void search_loneSurrogateInCorpus_namesTheLine() throws IOException {
    Files.writeString(
        directory.resolve("corpus.jsonl"), "{\"_id\":\"paris\",\"text\":\"a\\udc00\"}\n");
    CommandRun run = search();
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .isEqualTo("bge: " + directory.resolve("corpus.jsonl")
            + " line 1: the text must be well-formed UTF-16: lone surrogate U+DC00 at char 1;"
            + " replace it with U+FFFD" + System.lineSeparator());
  }

  /** This reranker prefers Paris, the dense search the cat. */
  @Test
  void search_withReranker_ordersTheBestAgainByItsScores() throws IOException {
    String reranker =
        GoldenFiles.writeModel("bert-reranker", directory.resolve("reranker")).toString();
    CommandRun scored = CommandRun.of("""
        {"query":"What purrs?","passage":"Paris The capital of France."}
        {"query":"What purrs?","passage":"A small animal that purrs."}
        """, "rerank", "--model", reranker);
    List<String> scores = new ArrayList<>();
    for (String line : scored.out().lines().toList()) {
      double score = new JsonMapper().readTree(line).path("score").asDouble();
      scores.add(String.format(Locale.ROOT, "%.4f", score));
    }
    assertThat(search("--ask", "What purrs?").out())
        .containsSubsequence("1   0.", "  cat", "2   0.", "  Paris");

    CommandRun both = search("--ask", "What purrs?", "--rerank-model", reranker);
    assertThat(both.err()).isEmpty();
    assertThat(both.out())
        .containsSubsequence("1   " + scores.get(0) + "  Paris", "2   " + scores.get(1) + "  cat")
        .containsPattern("""
            reranking: pairs/s      [\\d.]+
            reranking: tokens/s     \\d+
            reranking: truncated    0 of 2 pairs
            """);

    CommandRun first =
        search("--ask", "What purrs?", "--rerank-model", reranker, "--rerank-depth", "1");
    assertThat(first.out())
        .containsSubsequence("1   " + scores.get(1) + "  cat", "2   0.", "  Paris")
        .contains("truncated    0 of 1 pairs\n");
  }

  @Test
  void search_rerankOptionsThatMakeNoSense_areRefused() {
    assertThat(search("--rerank-depth", "5").err())
        .isEqualTo("bge: --rerank-depth needs --rerank-model: it is missing; name a reranker"
            + System.lineSeparator());
    assertThat(search("--rerank-model", "x", "--rerank-depth", "0").err())
        .isEqualTo("bge: --rerank-depth must be at least 1: 0; leave it out for 100"
            + System.lineSeparator());
    assertThat(search("--rerank-model", "nowhere").err())
        .startsWith(
            "bge: --rerank-model must be a model directory, or an id of the hub such as BAAI/bge-m3: there is no directory nowhere");
  }
}
