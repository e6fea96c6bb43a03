package io.github.bge4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.testing.hub.TestHub;
import io.github.bge4j.testing.hub.TestRepo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands in processes of their own, with nothing but variables of the environment. */
final class HubCommandTest {

  private static final Path M3 =
      Path.of("../../bge-core/src/test/resources/golden/m3").toAbsolutePath();

  @TempDir
  private Path home = Path.of("");

  private final TestHub hub = TestHub.start();
  private final TestRepo repo = TestRepo.of("BAAI/bge-m3").folder(M3);

  @BeforeEach
  void addModel() {
    hub.add(repo);
  }

  @AfterEach
  void close() {
    hub.close();
  }

  private CommandRun run(String input, String... args) throws IOException, InterruptedException {
    Path out = home.resolve("out");
    Path err = home.resolve("err");
    Path in = Files.writeString(home.resolve("in"), input);
    int exitCode = CliProcess.of(home, hub.endpoint(), args)
        .redirectInput(in.toFile())
        .redirectOutput(out.toFile())
        .redirectError(err.toFile())
        .start()
        .waitFor();
    return new CommandRun(
        exitCode,
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  @Test
  void pull_thenModels_thenEmbed() throws IOException, InterruptedException {
    CommandRun pull = run("", "pull", "BAAI/bge-m3", "--revision", "main");
    Path folder = home.resolve("hf/hub/models--BAAI--bge-m3/snapshots").resolve(repo.sha("main"));
    assertThat(pull.err()).isEmpty();
    assertThat(pull.out()).isEqualTo(folder + "\n");

    CommandRun models = run("", "models");
    assertThat(models.out()).matches("BAAI/bge-m3  main      [0-9a-f]{12}  +\\d+\\.\\d MB\n");

    int asked = hub.requests().size();
    CommandRun embed = run("{\"text\":\"a\"}", "embed", "--model", "BAAI/bge-m3");
    assertThat(embed.exitCode()).isZero();
    assertThat(embed.out()).startsWith("{\"index\":0,");
    assertThat(hub.requests()).hasSize(asked);
  }

  @Test
  void embed_unknownModel_isOneLineAndExitCode2() throws IOException, InterruptedException {
    CommandRun run = run("", "embed", "--model", "no/such");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("bge: model no/such must exist and be readable (401, RepoNotFound")
        .hasLineCount(1);
  }
}
