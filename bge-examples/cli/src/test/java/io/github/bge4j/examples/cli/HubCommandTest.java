package io.github.bge4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.testhub.TestHub;
import io.github.bge4j.testhub.TestRepo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

  private static List<String> command(String... args) {
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        System.getProperty("java.class.path"),
        BgeCli.class.getName()));
    command.addAll(List.of(args));
    return command;
  }

  private CommandRun run(String input, String... args) throws IOException, InterruptedException {
    Path out = home.resolve("out");
    Path err = home.resolve("err");
    Path in = Files.writeString(home.resolve("in"), input);
    int exitCode = process(command(args))
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

  /** A process that knows where the hub is, and nothing else of it. */
  private ProcessBuilder process(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("HF_"));
    builder
        .environment()
        .putAll(Map.of(
            "HF_ENDPOINT",
            hub.endpoint().toString(),
            "HF_HOME",
            home.resolve("hf").toString()));
    return builder;
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
