package io.github.bge4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.bge4j.examples.models.NamedModels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the whole command on the bundled model. */
final class EmbedCommandTest {

  @TempDir
  private Path directory = Path.of("");

  private static List<JsonNode> parse(String lines) throws IOException {
    List<JsonNode> nodes = new ArrayList<>();
    for (String line : lines.lines().toList()) {
      nodes.add(new JsonMapper().readTree(line));
    }
    return nodes;
  }

  @Test
  void embed_awkwardTexts_writesOneLineEachInOrder() throws IOException {
    String input = "{\"text\":\"hello world\"}\n\n"
        + "{\"text\":\"🎉\"}\n{\"text\":\"\\u0000\"}\r\n{\"text\":\"\"}\n"
        + "{\"text\":\"" + "x ".repeat(600) + "\"}";
    CommandRun run = CommandRun.of(input, "embed", "--model", "bundled", "--ids");
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    List<JsonNode> lines = parse(run.out());
    assertThat(lines)
        .extracting(line -> line.path("index").intValue())
        .containsExactly(0, 1, 2, 3, 4);
    assertThat(lines)
        .extracting(line -> line.path("tokens").intValue())
        .containsExactly(4, 3, 2, 2, 512);
    assertThat(lines)
        .extracting(line -> line.path("truncated").booleanValue())
        .containsExactly(false, false, false, false, true);
    assertThat(lines.get(0).path("ids").toString()).isEqualTo("[101,7592,2088,102]");
    assertThat(lines).allSatisfy(line -> assertThat(line.path("dense")).hasSize(384));
  }

  /** The bundled file and its tokenizer in a folder, with no configuration: only as it is. */
  @Test
  void embed_onnxAsIs_runsTheFileOfTheFolder() throws IOException {
    for (String file : List.of("bge-small-en-v1.5.onnx", "bge-small-en-v1.5-tokenizer.json")) {
      try (InputStream resource =
          Objects.requireNonNull(NamedModels.class.getClassLoader().getResourceAsStream(file))) {
        Files.copy(
            resource,
            directory.resolve(file.endsWith("onnx") ? "quantized.onnx" : "tokenizer.json"));
      }
    }
    Files.writeString(directory.resolve("config.json"), "{\"model_type\": \"bert\"}");
    String folder = directory.toString();
    String input = "{\"text\":\"hello world\"}\n";
    CommandRun asIs =
        CommandRun.of(input, "embed", "--model", folder, "--onnx-as-is", "quantized.onnx");
    assertThat(asIs.err()).isEmpty();
    assertThat(parse(asIs.out()).get(0).path("dense")).hasSize(384);
    CommandRun without = CommandRun.of(input, "embed", "--model", folder);
    assertThat(without.exitCode()).isEqualTo(2);
    assertThat(without.err()).contains("only [quantized.onnx]");
    CommandRun bundled =
        CommandRun.of(input, "embed", "--model", "bundled", "--onnx-as-is", "quantized.onnx");
    assertThat(bundled.exitCode()).isEqualTo(2);
    assertThat(bundled.err()).contains("--onnx-as-is must name a file of a directory");
  }

  @Test
  void embed_plainFilesAndQuery_takesTheInstruction() throws IOException {
    Path input = Files.writeString(directory.resolve("in.txt"), "paris\n");
    Path output = directory.resolve("out.jsonl");
    CommandRun run = CommandRun.of(
        "",
        "embed",
        "--model",
        "bundled",
        "--plain",
        "--query",
        "--max-tokens",
        "10",
        "--input",
        input.toString(),
        "--output",
        output.toString());
    assertThat(run).isEqualTo(new CommandRun(0, "", ""));
    JsonNode line = parse(Files.readString(output)).get(0);
    assertThat(line.path("tokens").intValue()).isEqualTo(10);
    assertThat(line.path("truncated").booleanValue()).isTrue();
    assertThat(line.has("ids")).isFalse();
  }

  @Test
  void embed_loneSurrogate_namesTheLineOfTheFile() {
    CommandRun run = CommandRun.of(
        "{\"text\":\"a\"}\n\n{\"text\":\"\\ud800\"}\n", "embed", "--model", "bundled");
    assertThat(run)
        .isEqualTo(new CommandRun(
            2,
            "",
            "bge: <stdin> line 3: the text must be well-formed UTF-16: lone surrogate U+D800"
                + " at char 0; replace it with U+FFFD" + System.lineSeparator()));
  }

  @Test
  void embed_outputIsInput_keepsTheFile() throws IOException {
    Path file = Files.writeString(directory.resolve("in.jsonl"), "{\"text\":\"a\"}\n");
    CommandRun run = CommandRun.of(
        "",
        "embed",
        "--model",
        "bundled",
        "--input",
        file.toString(),
        "--output",
        directory.resolve(".").resolve("in.jsonl").toString());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--output must not be the file that is read");
    assertThat(file).hasContent("{\"text\":\"a\"}\n");
  }

  @Test
  void embed_badFirstLine_leavesTheOldOutput(@TempDir Path directory) throws IOException {
    Path old = Files.writeString(directory.resolve("old.jsonl"), "precious");
    CommandRun run =
        CommandRun.of("{\"text\":3}\n", "embed", "--model", "bundled", "--output", old.toString());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(old).hasContent("precious");
  }

  @Test
  void embed_closedPipe_endsQuietly() {
    CommandRun run = CommandRun.of(
        "{\"text\":\"a\"}\n", OutputFileTest.failing("Broken pipe"), "embed", "--model", "bundled");
    assertThat(run).isEqualTo(new CommandRun(ErrorReporter.CLOSED_PIPE, "", ""));
  }

  @Test
  void embed_noTexts_writesNothing() {
    CommandRun run =
        CommandRun.of("\n", new ByteArrayOutputStream(), "embed", "--model", "bundled");
    assertThat(run).isEqualTo(new CommandRun(0, "", ""));
  }
}
