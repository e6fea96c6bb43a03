package io.github.bge4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.testing.GoldenFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands index, query and search --index on a tiny BGE-M3. */
final class IndexCommandTest {

  private static final String MODEL = GoldenFiles.path("m3").toString();
  private static final String END = System.lineSeparator();

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

  private String folder() {
    return directory.resolve("made").toString();
  }

  private CommandRun run(String command, String... more) {
    return runOn("", command, more);
  }

  private CommandRun runOn(String input, String command, String... more) {
    List<String> args = new ArrayList<>(List.of(command, "--model", MODEL, "--index", folder()));
    args.addAll(List.of(more));
    return CommandRun.of(input, args.toArray(String[]::new));
  }

  private void makeIndex(String... more) {
    List<String> args = new ArrayList<>(List.of("--dataset", directory.toString()));
    args.addAll(List.of(more));
    CommandRun run = run("index", args.toArray(String[]::new));
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
  }

  private static void assertRefused(CommandRun run, String message) {
    assertThat(run.err()).isEqualTo("bge: " + message + END);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void index_dataset_printsWhatWasDoneAndSkipsItTheNextTime() {
    CommandRun run = run("index", "--dataset", directory.toString());
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).matches("""
        documents    2
        embedded     2
        unchanged    0
        texts/s      [\\d.]+
        tokens/s     \\d+
        truncated    0 of 2 texts
        """);
    assertThat(run("index", "--dataset", directory.toString()).out())
        .startsWith("documents    2\nembedded     0\nunchanged    2\n");
  }

  @ParameterizedTest
  @CsvSource({"dense,cat", "bm25,Paris", "sparse,Paris", "hybrid,(Paris|cat)"})
  void query_anyMode_printsHits(String mode, String title) {
    makeIndex();
    CommandRun run = run("query", "--mode", mode, "--hits", "1", "the capital of France");
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).matches("""
        \\[1] the capital of France
           1   \\d+\\.\\d{4}  TITLE
                       .*\\.

        """.replace("TITLE", title));
  }

  @Test
  void query_colbert_needsItsVectorsInTheIndex() {
    makeIndex();
    assertThat(run("query", "--colbert", "capital").err())
        .startsWith("bge: a search can compare what the index has, [DENSE, SPARSE]:"
            + " [DENSE, SPARSE, MULTI_VECTOR] were asked for");
    assertThat(run("index", "--dataset", directory.toString(), "--colbert").err())
        .contains("it has outputs DENSE,SPARSE, not DENSE,SPARSE,MULTI_VECTOR");
  }

  @Test
  void query_colbertAndReranker_printTheirScores() throws IOException {
    makeIndex("--colbert");
    assertThat(run("query", "--colbert", "capital").out()).containsPattern("1   [01]\\.\\d{4}  ");
    String reranker =
        GoldenFiles.writeModel("reranker-label1", directory.resolve("reranker")).toString();
    CommandRun scored = CommandRun.of("""
        {"query":"capital","passage":"Paris The capital of France."}
        """, "rerank", "--model", reranker);
    String score = scored.out().replaceAll("(?s).*\"score\":(-?\\d+\\.\\d{3}).*", "$1");
    CommandRun reranked = run("query", "--rerank-model", reranker, "capital");
    assertThat(reranked.err()).isEmpty();
    assertThat(reranked.out()).containsPattern(" " + score + "\\d  Paris");
  }

  @Test
  void search_index_printsMeasuresOfTheMode() {
    makeIndex();
    CommandRun run =
        run("search", "--dataset", directory.toString(), "--mode", "bm25", "--hits", "1");
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).matches("""
        \\[7] French capital city
           1 \\* \\d\\.\\d{4}  Paris
                       The capital of France\\.

        documents    2
        queries      1
        nDCG@10      1\\.0000
        recall@100   1\\.0000
        queries/s    [\\d.]+
        """);
  }

  @Test
  void index_input_takesIdsTitlesAndMetadataOrNone() {
    CommandRun run = runOn("""
        {"text":"No id."}

        {"_id":"b","title":"Bees","text":"They hum.","metadata":{"lang":"en"}}
        """, "index", "--input", "-");
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).startsWith("documents    2\n");
    assertThat(run("query", "--mode", "bm25", "id").out())
        .containsPattern("  [0-9a-f]{32}\\R")
        .contains("No id.");
    assertThat(run("query", "--mode", "bm25", "bees").out()).contains("  Bees\n");
    assertThat(run("query", "--where", "lang=en", "id").out())
        .contains("  Bees\n")
        .doesNotContain("No id.");
    assertThat(run("query", "--where", "lang=de", "bees").out()).isEqualTo("[1] bees\n\n");
  }

  /** Whatever line it stands on, in whatever file. */
  @Test
  void index_documentsWithoutIds_areKnownByTheirContent() {
    runOn("{'text':'One.'}\n{'text':'Two.'}\n".replace('\'', '"'), "index", "--input", "-");
    CommandRun more = runOn(
        "{'text':'Three.'}\n{'text':'One.'}\n{'text':'Three.'}\n".replace('\'', '"'),
        "index",
        "--input",
        "-");
    assertThat(more.err()).isEmpty();
    assertThat(more.out()).startsWith("documents    3\nembedded     1\nunchanged    1\n");
  }

  /** As {@code ingest} reads it. */
  @Test
  void index_folder_isItsTexts() throws IOException {
    Path texts = Files.createDirectories(directory.resolve("texts").resolve("more"));
    Files.writeString(texts.resolve("bees.md"), "They hum.");
    Files.writeString(texts.resolve("c.html"), "not a text");
    CommandRun run = run("index", "--input", directory.resolve("texts").toString());
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).startsWith("documents    1\n");
    assertThat(run("query", "bees").out()).contains("  bees\n").contains("They hum.");
  }

  @Test
  void index_metadataOfAnyKind_becomesValues() {
    CommandRun run = runOn(
        "{'text':'x','metadata':{'year':1999,'good':true,'tags':['a',2],'no':null,'of':{'k':1}}}"
            .replace('\'', '"'),
        "index",
        "--input",
        "-");
    assertThat(run.err()).isEmpty();
    for (String found : List.of("year=1999", "good=true", "tags=a", "tags=2", "of={\"k\":1}")) {
      assertThat(run("query", "--where", found, "x").out()).as(found).contains("   1   ");
    }
    assertThat(run("query", "--where", "no=null", "x").out()).isEqualTo("[1] x\n\n");
  }

  @Test
  void query_moreHitsThanThereAre_printsAll() {
    makeIndex();
    for (String mode : List.of("dense", "hybrid")) {
      CommandRun run = run("query", "--mode", mode, "--hits", "2147483647", "capital");
      assertThat(run.err()).isEmpty();
      assertThat(run.out()).contains("   2   ");
    }
  }

  @Test
  void query_tooManyWords_isOneLine() {
    makeIndex();
    String endless = "word ".repeat(2_000);
    assertRefused(
        run("query", "--mode", "bm25", endless),
        "a question must have at most 1024 words and filters for BM25: it has more; shorten it");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "{'_id':'a','text':'x'}|{'_id':'a','text':'y'} ~ \"_id\" must be unique: an earlier line has"
            + " it; rename one",
        "{'text':'x'}|{'text':1} ~ each line must be a JSON object with a string \"text\": found a"
            + " number as \"text\"; correct the line",
        "{'text':'x'}|{'text':'y','metadata':[1]} ~ \"metadata\" must be an object: found an array;"
            + " correct the line",
        "{'text':'x'}|{'text':'\\ud800'} ~ the text must be well-formed UTF-16: lone surrogate"
            + " U+D800 at char 0; replace it with U+FFFD",
        "{'text':'x'}|{'_id':'','text':'y'} ~ \"_id\" must not be blank: it is; correct the line",
      })
  void index_badDocument_namesTheLine(String lines, String message) {
    String input = lines.replace('\'', '"').replace('|', '\n');
    assertRefused(runOn(input, "index", "--input", "-"), "<stdin> line 2: " + message);
  }

  @Test
  void query_otherPrecisionOrModel_isRefused() throws IOException {
    makeIndex();
    assertThat(run("query", "--precision", "int8", "capital").err())
        .startsWith("bge: index " + folder() + " was made with " + MODEL)
        .contains("it has precision FP32, not INT8");
    String other = GoldenFiles.writeModel("bert", directory.resolve("bert")).toString();
    CommandRun run = CommandRun.of("", "query", "--model", other, "--index", folder(), "capital");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("bge: index " + folder() + " was made with " + MODEL);
  }

  @Test
  void wrongUse_isOneLine() {
    assertRefused(
        run("query", "capital"),
        "--index: there must be an index in " + folder() + ": there is none; make it first");
    assertRefused(
        run("query", "--hits", "0", "capital"),
        "--hits must be at least 1: 0; leave it out for 10");
    assertRefused(
        run("query", "--mode", "lexical", "capital"),
        "--mode must be one of dense, bm25, sparse, hybrid: lexical");
    assertRefused(
        CommandRun.of(
            "", "search", "--model", MODEL, "--dataset", directory.toString(), "--mode", "bm25"),
        "--mode needs --index: it is missing; name an index or leave this out");
    CommandRun corpus = CommandRun.of(
        "",
        "index",
        "--model",
        MODEL,
        "--index",
        directory.toString(),
        "--dataset",
        directory.toString());
    assertThat(corpus.err())
        .startsWith("bge: --index: the folder of an index must be empty, new, or an index: ");
    assertThat(corpus.exitCode()).isEqualTo(2);
  }

  @Test
  void index_missingDocuments_isRefusedBeforeAnIndexIsMade() {
    assertRefused(
        run("index", "--dataset", directory.resolve("none").toString()),
        directory.resolve("none/corpus.jsonl")
            + " must be a readable file: no such file or directory; check the path");
    assertThat(directory.resolve("made")).doesNotExist();
    assertThat(run("index").err()).startsWith("bge: Error: Missing required argument");
  }
}
