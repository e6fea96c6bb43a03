package io.github.bge4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.bge4j.testing.GoldenFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code --device} where ONNX Runtime is its build for CPUs, as in {@code bge.jar}. */
class DeviceOptionTest {

  private static final String TEXT = "{\"text\":\"Pandas eat bamboo.\"}\n";

  private static final String CPU_BUILD = "ONNX Runtime must be the build with CUDA for cuda:0:"
      + " com.microsoft.onnxruntime:onnxruntime is used, which has none; depend on"
      + " io.github.bge4j:bge-cuda in place of bge-core, or on onnxruntime_gpu 1.28.0 in place of"
      + " onnxruntime; a program that is built already takes its libraries from a folder, by"
      + " -Donnxruntime.native.path=DIR (docs/cuda.md)";

  @TempDir
  private Path home;

  @BeforeEach
  void onlyWhereThereIsABuildWithCuda() {
    assumeTrue(System.getProperty("os.name").matches("(Linux|Windows).*"));
    assumeTrue(System.getProperty("os.arch").equals("amd64"));
  }

  private static CommandRun run(String command, String input) {
    List<String> arguments = new ArrayList<>();
    for (String word : command.split(" ", -1)) {
      arguments.add(word.equals("M3") ? GoldenFiles.path("m3").toString() : word);
    }
    return CommandRun.of(input, arguments.toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource({
    "embed --model M3 --device cuda",
    "embed --model M3 --device CUDA:0 --precision fp32",
    "embed --model M3 --device cuda:0 --precision fp16",
    "check --model M3 --device cuda --precision fp16 --input -",
    "embed --model M3 --device auto --precision fp16",
  })
  void run_cudaOnTheBuildForCpus_saysWhichToTake(String command) {
    assertThat(run(command, TEXT + TEXT))
        .isEqualTo(new CommandRun(2, "", "bge: " + CPU_BUILD + System.lineSeparator()));
  }

  @Test
  void run_cudaInAProcessOfItsOwn_printsOneLineAndExitsWith2()
      throws IOException, InterruptedException {
    Process process = CliProcess.of(
            home,
            URI.create("http://127.0.0.1:1"),
            "embed",
            "--model",
            GoldenFiles.path("m3").toAbsolutePath().toString(),
            "--device",
            "cuda")
        .start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isEqualTo(2);
    assertThat(out).isEmpty();
    // A newer JVM may warn of native code.
    assertThat(err.lines().filter(line -> !line.startsWith("WARNING:")))
        .containsExactly("bge: " + CPU_BUILD);
  }

  @Test
  void run_autoWithoutACard_givesTheVectorsOfTheCpuAndSaysWhy() {
    CommandRun auto = run("embed --model M3 --device auto", TEXT);
    assertThat(auto.exitCode()).isZero();
    assertThat(auto.out()).isEqualTo(run("embed --model M3", TEXT).out()).contains("\"dense\":[");
    assertThat(auto.err())
        .isEqualTo("bge: --device auto is the CPU: no card is usable: " + CPU_BUILD
            + System.lineSeparator());
  }

  @Test
  void run_autoInInt8_saysThatThisIsForACpu() {
    CommandRun auto = run("embed --model bundled --device auto --precision int8", TEXT);
    assertThat(auto.exitCode()).isZero();
    assertThat(auto.err())
        .isEqualTo("bge: --device auto is the CPU: precision INT8 is for a CPU alone"
            + System.lineSeparator());
  }
}
