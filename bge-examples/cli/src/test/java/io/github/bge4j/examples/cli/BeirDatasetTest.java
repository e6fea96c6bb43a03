package io.github.bge4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BeirDatasetTest {

  private static final String HEADER = "query-id\tcorpus-id\tscore\n";

  @TempDir
  private Path directory = Path.of("");

  @BeforeEach
  void writeGoodFiles() throws IOException {
    write(
        "corpus.jsonl",
        "{\"_id\":\"d1\",\"title\":\"T\",\"text\":\"one\"}\n{\"_id\":\"d2\",\"text\":\"two\"}\n");
    write("queries.jsonl", "{\"_id\":\"q1\",\"text\":\"?\"}\n{\"_id\":\"q2\",\"text\":\"!\"}\n");
    write("qrels.tsv", HEADER + "q1\td1\t2\nq2\td1\t0\n");
  }

  private void write(String file, String content) throws IOException {
    Path path = directory.resolve(file);
    Files.createDirectories(path.resolveSibling("."));
    Files.writeString(path, content);
  }

  private List<Query> readQueries() throws IOException {
    BeirDataset dataset = new BeirDataset(directory);
    return dataset.readQueries(dataset.readDocuments());
  }

  @Test
  void readDocuments_titleOrNone_passageIsBothStripped() throws IOException {
    assertThat(new BeirDataset(directory).readDocuments())
        .containsExactly(new Document(1, "d1", "T", "one"), new Document(2, "d2", "", "two"))
        .extracting(Document::passage)
        .containsExactly(new Text(1, "T one"), new Text(2, "two"));
  }

  @Test
  void readQueries_someWithoutRelevant_returnsTheOthers() throws IOException {
    assertThat(readQueries()).containsExactly(new Query("q1", new Text(1, "?"), Map.of("d1", 2)));
  }

  @Test
  void readQueries_noHeader_isTolerated() throws IOException {
    write("qrels.tsv", "q2\td2\t1\n");
    assertThat(readQueries()).extracting(Query::id).containsExactly("q2");
  }

  @Test
  void readQueries_anotherSet_isThatOfItsName() throws IOException {
    write("hard.jsonl", "{\"_id\":\"h1\",\"text\":\"why?\"}\n");
    write("hard.tsv", HEADER + "h1\td2\t1\n");
    BeirDataset dataset = new BeirDataset(directory, "hard");
    assertThat(dataset.readQueries(dataset.readDocuments()))
        .containsExactly(new Query("h1", new Text(1, "why?"), Map.of("d2", 1)));
  }

  @Test
  void readQueries_nestedJudgements_areFound() throws IOException {
    Files.delete(directory.resolve("qrels.tsv"));
    write("qrels/test.tsv", HEADER + "q2\td2\t1\n");
    assertThat(readQueries()).extracting(Query::id).containsExactly("q2");
  }

  @ParameterizedTest
  @CsvSource({"corpus.jsonl", "queries.jsonl", "qrels.tsv"})
  void readQueries_missingFile_namesIt(String file) throws IOException {
    Files.delete(directory.resolve(file));
    assertThatThrownBy(this::readQueries)
        .isInstanceOf(UsageException.class)
        .hasMessage(directory.resolve(file)
            + " must be a readable file: no such file or directory; check the path");
  }

  @ParameterizedTest
  @CsvSource({"corpus.jsonl,d1", "queries.jsonl,q1"})
  void readQueries_idTwice_namesLine(String file, String id) throws IOException {
    String line = "{\"_id\":\"" + id + "\",\"text\":\"x\"}\n";
    write(file, line + line);
    assertThatThrownBy(this::readQueries)
        .isInstanceOf(UsageException.class)
        .hasMessage(directory.resolve(file)
            + " line 2: \"_id\" must be unique: an earlier line has it; rename one");
  }

  @Test
  void readQueries_badObject_namesLine() throws IOException {
    write("queries.jsonl", "{\"_id\":1,\"text\":2}\n");
    assertThatThrownBy(this::readQueries)
        .hasMessage(directory.resolve("queries.jsonl")
            + " line 1: each line must be a JSON object with a string \"text\": found a number as"
            + " \"text\"; correct the line");
  }

  @Test
  void readQueries_idsAsInACorpus_areTaken() throws IOException {
    write("queries.jsonl", "{\"_id\":1,\"text\":\"?\"}\n{\"id\":\"q2\",\"text\":\"!\"}\n");
    write("qrels.tsv", "1\td1\t1\nq2\td2\t1\n");
    assertThat(readQueries()).extracting(Query::id).containsExactly("1", "q2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{\"text\":\"?\"} | each query of a data set must have an \"_id\": it has none",
        "{\"_id\":1.5,\"text\":\"?\"} | \"_id\" must be a string or a whole number: found a fraction",
      })
  void readQueries_badId_namesLine(String line, String message) throws IOException {
    write("queries.jsonl", line + "\n");
    assertThatThrownBy(this::readQueries)
        .isInstanceOf(UsageException.class)
        .hasMessage(
            directory.resolve("queries.jsonl") + " line 1: " + message + "; correct the line");
  }

  @Test
  void readDocuments_emptyCorpus_isRefused() throws IOException {
    write("corpus.jsonl", "\n");
    assertThatThrownBy(this::readQueries)
        .hasMessage(directory.resolve("corpus.jsonl")
            + " must have at least one document: it has none; add some");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "q1 d1 | a judgement must be query id, document id and score, with tabs between:"
            + " found 2 cells; correct the line",
        "qX d1 1 | the query id must be in queries.jsonl: it is not; add it or remove the line",
        "q1 dX 1 | the document id must be in corpus.jsonl: it is not; add it or remove the line",
        "q2 d1 0 | a pair must be judged once: an earlier line has it; remove one",
        "q2 d2 1001 | the score must be at most 1000: 1001",
        "q2 d2 x | the score must be a whole number; correct the line, the header is"
            + " query-id<TAB>corpus-id<TAB>score",
      })
  void readQueries_badJudgement_namesLine(String line, String message) throws IOException {
    write("qrels.tsv", HEADER + "q2\td1\t0\n" + line.replace(' ', '\t') + "\n");
    assertThatThrownBy(this::readQueries)
        .isInstanceOf(UsageException.class)
        .hasMessage(directory.resolve("qrels.tsv") + " line 3: " + message);
  }

  @Test
  void readQueries_nothingRelevant_isRefused() throws IOException {
    write("qrels.tsv", HEADER + "q1\td1\t0\n");
    assertThatThrownBy(this::readQueries)
        .hasMessage(directory.resolve("qrels.tsv")
            + " must judge a document relevant: none has a score above 0; add judgements");
  }
}
