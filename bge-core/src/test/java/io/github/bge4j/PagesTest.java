package io.github.bge4j;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.testing.GoldenFiles;
import io.github.bge4j.testing.Page;
import io.github.bge4j.testing.Program;
import io.github.bge4j.testing.hub.TestHub;
import io.github.bge4j.testing.hub.TestRepo;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The programs of the README and of docs, compiled and run as they stand there. */
@Timeout(120)
class PagesTest {

  private static final String NUMBER = "-?\\d+\\.\\d+(E-?\\d+)?";

  /** What programs print, line by line, whose numbers are those of tiny models. */
  private static final Map<String, List<String>> PRINTED = Map.ofEntries(
      Map.entry(
          "Search",
          List.of(
              "Found\\[similarity=" + NUMBER + ", passage=.*\\.]",
              "Found\\[similarity=" + NUMBER + ", passage=.*\\.]")),
      Map.entry(
          "Hybrid",
          List.of(NUMBER + " " + NUMBER + " " + NUMBER, NUMBER + " " + NUMBER + " " + NUMBER)),
      Map.entry(
          "Chunks",
          List.of("1\\d tokens: Giant pandas .* day\\.", "1\\d tokens: A panda .* grass\\.")),
      Map.entry("Ingest", List.of("500 points")),
      Map.entry("Rerank", List.of("0\\.\\d+ [A-Z]\\w+", "0\\.\\d+ [A-Z]\\w+", "best of 2: .*\\.")),
      Map.entry(
          "InTime",
          List.of(
              "200, 64 numbers",
              "504",
              "400, text 0 must be well-formed UTF-16: lone surrogate U\\+D800 at char 0; replace"
                  + " it with U\\+FFFD")),
      Map.entry("Shared", List.of("2 embeddings, 1 hit")),
      Map.entry(
          "Sources",
          List.of(
              "64 numbers, 1024 tokens, \\[DENSE, SPARSE, MULTI_VECTOR]",
              "query instruction: '', similarity: COSINE")),
      Map.entry("Carry", List.of("64 numbers")),
      Map.entry("FromPython", List.of("64 \\d+ \\d+", ".+", NUMBER, "0\\.\\d+")),
      // Where the tests run with a card it prints another line.
      Map.entry("OnACard", List.of("cpu \\(.*\\), FP32|cuda:0 .*, FP16")));

  /** Where the programs are compiled, and their home, so that a model is fetched once. */
  @TempDir
  private static Path folder;

  private static TestHub hub;

  @BeforeAll
  static void startHub() throws Exception {
    hub = TestHub.start();
    hub.add(GoldenFiles.m3());
    hub.add(repo("BAAI/bge-small-en-v1.5", "bert"));
    hub.add(repo("BAAI/bge-reranker-v2-m3", "reranker-label0"));
  }

  @AfterAll
  static void stopHub() {
    hub.close();
  }

  private static TestRepo repo(String id, String model) throws Exception {
    return TestRepo.of(id).folder(GoldenFiles.writeModel(model, folder.resolve(model)));
  }

  static Stream<Program> programs() {
    return Page.all().stream()
        .filter(page -> page.toString().matches("README\\.md|docs/\\w[^/]*\\.md"))
        .flatMap(page -> page.programs().stream());
  }

  @ParameterizedTest
  @MethodSource("programs")
  void program_asItStandsOnItsPage_printsWhatIsSaid(Program program) throws Exception {
    List<String> lines =
        program.run(folder, Map.of("HF_ENDPOINT", hub.endpoint().toString()));
    if (program.printed().isEmpty()) {
      assertThat(PRINTED).as("what programs print").containsKey(program.name());
      List<String> patterns = PRINTED.getOrDefault(program.name(), List.of());
      assertThat(lines).hasSameSizeAs(patterns);
      for (int i = 0; i < lines.size(); i++) {
        assertThat(lines.get(i)).matches(patterns.get(i));
      }
    } else {
      assertThat(String.join("\n", lines)).isEqualTo(program.printed().strip());
    }
  }

  @Test
  void printed_isSaidOfProgramsWhosePagesDoNotSay() {
    assertThat(PRINTED.keySet())
        .isEqualTo(programs()
            .filter(program -> program.printed().isEmpty())
            .map(Program::name)
            .collect(toSet()));
  }
}
