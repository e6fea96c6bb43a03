package io.github.bge4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckCommandTest {

  private static final String NUMBER = "[\\d.]+";

  @TempDir
  private Path directory;

  @Test
  void check_judgedQueries_comparesRankingsAndMeasures() throws IOException {
    Files.writeString(directory.resolve("corpus.jsonl"), """
        {"_id":"paris","title":"Paris","text":"The capital of France."}
        {"_id":"cat","title":"","text":"A small animal that purrs."}
        """);
    Files.writeString(
        directory.resolve("queries.jsonl"), "{\"_id\":\"7\",\"text\":\"French capital city\"}\n");
    Files.writeString(directory.resolve("qrels.tsv"), "query-id\tcorpus-id\tscore\n7\tparis\t2\n");

    CommandRun run = check("", "--dataset", directory.toString());
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out().replaceAll("0\\.99\\d+", "0.99..")).matches("""
        documents      2
        queries        1
        cosine to fp32 mean 0.99.., median 0.99.., worst of 20 0.99.., worst of 100 0.99.., worst 0.99..
        rankings       by cosine
        best 10 hits   100.0 % the same on average
        largest change 0 ranks, of one of the best 10
        nDCG@10        fp32 1.0000, int8 1.0000
        recall@100     fp32 1.0000, int8 1.0000
        memory         .*
        texts/s        fp32 N, int8 N: N times
        tokens/s       fp32 N, int8 N: N times
        int8 is safe here
        """.replace("N", NUMBER));
  }

  @Test
  void check_textsAlone_areSearchedForInEachOther() {
    CommandRun run =
        check("{\"text\":\"a cat\"}\n{\"text\":\"a dog\"}\n{\"text\":\"Paris\"}\n", "--input", "-");
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .startsWith("documents      3\nqueries        3\n")
        .doesNotContain("nDCG")
        .endsWith("int8 is safe here\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--precision int8 --input -|<stdin> must have at least two texts to be compared: 1",
        "--precision fp32 --input -|--precision must be another than fp32",
        "--device cpu --input -|--precision must be another than fp32",
        "--precision int9 --input -|--precision must be one of fp32, fp16, int8: int9",
        "--precision int8|Missing required argument",
        "--precision int8 --input - --dataset d|mutually exclusive",
      })
  void check_badArguments_areRefused(String arguments, String message) {
    String[] more = arguments.split(" ", -1);
    String[] all = new String[more.length + 3];
    System.arraycopy(new String[] {"check", "--model", "bundled"}, 0, all, 0, 3);
    System.arraycopy(more, 0, all, 3, more.length);
    CommandRun run = CommandRun.of("{\"text\":\"one\"}\n", all);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains(message);
  }

  private static CommandRun check(String input, String... more) {
    String[] all = new String[more.length + 5];
    String[] first = {"check", "--model", "bundled", "--precision", "int8"};
    System.arraycopy(first, 0, all, 0, 5);
    System.arraycopy(more, 0, all, 5, more.length);
    return CommandRun.of(input, all);
  }
}
