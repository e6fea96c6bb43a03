package io.github.bge4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused before any model is opened. */
final class BgeCliTest {

  private static void assertRefused(String commandLine, String message) {
    CommandRun run =
        CommandRun.of("", commandLine.isEmpty() ? new String[0] : commandLine.split(" "));
    assertThat(run).isEqualTo(new CommandRun(2, "", "bge: " + message + System.lineSeparator()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '"',
      value = {
        "\"\" ~ Missing required subcommand; see: bge --help",
        "embed ~ Missing required option: '--model=DIR|HUB_ID|bundled'; see: bge embed --help",
        "search --model m ~ Missing required option: '--dataset=DIR'; see: bge search --help",
        "embed --model m --frobnicate ~ Unknown option: '--frobnicate'; see: bge embed --help",
        "embed --model m --max-tokens x ~ Invalid value for option '--max-tokens': 'x' is not an int; see: bge embed --help",
        "embed --model bundled --precision fp16 ~ precision FP16 must be on CUDA: the device is cpu; choose FP32 or INT8, or the device cuda",
        "embed --modle bundled ~ Unknown options: '--modle', 'bundled'; see: bge embed --help",
        "embed --model acme/none --precision fp16 ~ precision FP16 must be on CUDA: the device is cpu; choose FP32 or INT8, or the device cuda",
        "rerank --model acme/none --precision fp16 ~ precision FP16 must be on CUDA: the device is cpu; choose FP32 or INT8, or the device cuda",
        "embed --model acme/none --max-tokens 0 ~ --max-tokens must be at least 1: 0; leave it out for what the model takes",
        "rerank --model acme/none --max-tokens -1 ~ --max-tokens must be at least 1: -1; leave it out for what the model takes",
        "query --model m --index none x ~ --index: there must be an index in none: there is none; make it first",
        "search --model m --dataset d --index none ~ --index: there must be an index in none: there is none; make it first",
        "search --model m --dataset d --rerank-model r --rerank-depth 0 ~ --rerank-depth must be at least 1: 0; leave it out for 100",
        "embed --model m --precision fp8 ~ --precision must be one of fp32, fp16, int8: fp8",
        "embed --model m --device tpu ~ --device must be one of auto, cpu, cuda, cuda:N and cuda:N,N: tpu",
        "embed --model m --device cuda:127 ~ --device must have a number from 0 to 126 for CUDA: 127; CUDA counts its cards from 0",
        "embed --model m --device cuda:1,1 ~ devices must be one, or several CUDA cards of which no two are alike: [cuda:1, cuda:1]; leave them unset for the CPU",
        "embed --model bundled --device cuda:0,1 --precision int8 ~ precision INT8 must be on a CPU: the device is cuda:0; choose FP16 or FP32, or the device cpu",
        "rerank --model m --device tpu ~ --device must be one of auto, cpu, cuda, cuda:N and cuda:N,N: tpu",
        "embed --model bundled --outputs dense,sparse --sparse-mapping hash ~ --outputs must be what the model gives, dense; a BGE-M3 directory needs sparse_linear.pt and colbert_linear.pt for the others",
        "embed --model m --outputs dens ~ --outputs must be one of dense, sparse, colbert: dens",
        "embed --model m --sparse-mapping hash ~ --sparse-mapping needs sparse among --outputs: hash; add it or leave this out",
        "embed --model m --outputs sparse --sparse-index-space 9 ~ --sparse-index-space needs --sparse-mapping: 9; choose one or leave it out",
        "embed --model m --outputs sparse --sparse-mapping hash --sparse-index-space 0 ~ --sparse-index-space must be from 1 to 4294967296: 0; leave it out for 1048576",
        "embed --model m --outputs sparse --sparse-mapping hash --sparse-index-space 4294967297 ~ --sparse-index-space must be from 1 to 4294967296: 4294967297; leave it out for 1048576",
        "embed --model m --outputs sparse --sparse-mapping hash --sparse-index-space x ~ Invalid value for option '--sparse-index-space': 'x' is not a long; see: bge embed --help",
        "embed --model m --outputs sparse --sparse-mapping x ~ --sparse-mapping must be one of tokenizer, hash, legacy-tokenizer: x",
        "embed --model bundled --max-tokens 513 ~ max tokens must be from 2 to the model's limit 512: 513; choose one of these",
        "search --model m --dataset d --hits -1 ~ --hits must be at least 0: -1; 0 prints none",
        "embed --model bundled --input none.jsonl ~ none.jsonl must be a readable file: no such file or directory; check the path",
      })
  void run_wrongUse_isOneLineAndExitCode2(String commandLine, String message) {
    assertRefused(commandLine, message);
  }

  @Test
  void run_missingModel_saysWhatIsAccepted(@TempDir Path directory) {
    assertRefused(
        "embed --model " + directory,
        "model file must exist: " + directory.resolve("config.json") + "; check the path");
  }

  @Test
  void run_debug_printsTheStackTrace() {
    CommandRun run = CommandRun.of("", "--debug", "embed", "--model", "none/such");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("\tat io.github.bge4j.examples.cli.Models");
  }

  @Test
  void run_help_printsToOut() {
    CommandRun run = CommandRun.of("", "embed", "--help");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).startsWith("Usage: bge embed").contains("--outputs", "--plain");
    assertThat(run.err()).isEmpty();
  }

  /** As of a variable that is not set; it would be the working directory, or nothing. */
  @ParameterizedTest
  @ValueSource(strings = {"embed --model=", "rerank --model=", "pull "})
  void run_emptyModel_isRefused(String commandLine) {
    CommandRun run = CommandRun.of("", commandLine.split(" ", -1));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains(" must be ").doesNotContain("config.json").hasLineCount(1);
  }

  /** A terminal's 80 columns would break each of these lines anew, one word on the next. */
  @ParameterizedTest
  @ValueSource(strings = {"embed", "search", "ingest"})
  void run_help_breaksLinesWhereTheyAreWritten(String command) {
    String help = CommandRun.of("", command, "--help").out();
    assertThat(help)
        .contains(
            "tokenizer.json or vocab.txt, and model.safetensors, pytorch_model.bin, model.onnx or",
            "Where models run: on the CPU, or on a CUDA card or several, for which ONNX Runtime must");
  }

  @Test
  void run_version_printsToOut() {
    assertThat(CommandRun.of("", "--version").out()).startsWith("bge ");
  }
}
