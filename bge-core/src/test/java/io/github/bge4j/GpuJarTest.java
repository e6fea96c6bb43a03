package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.bge4j.testing.GoldenFiles;
import io.github.bge4j.testing.Jdk;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * ONNX Runtime's real build with CUDA on a machine without an NVIDIA driver. The jar has 742 MB and
 * unpacks to 622, so only the profile {@code gpu-jar} runs this.
 */
@EnabledIfSystemProperty(named = "bge4j.gpu.jar", matches = ".+")
@Timeout(300)
class GpuJarTest {

  private static final String NO_DRIVER =
      "CUDA must have an NVIDIA driver: the loader does not find libcuda.so.1";

  @TempDir
  private Path folder;

  @BeforeEach
  void onlyWithoutADriver() {
    assumeFalse(Files.exists(Path.of("/proc/driver/nvidia/version")));
  }

  private static String gpuJar() {
    return System.getProperty("bge4j.gpu.jar");
  }

  private static String cpuJar() {
    return Jdk.classPath(GpuJarTest::isCpuJar);
  }

  private static boolean isCpuJar(String entry) {
    return Path.of(entry).getFileName().toString().startsWith("onnxruntime-");
  }

  /** Returns what was printed, errors first, with these builds of ONNX Runtime in this order. */
  private String open(String device, String... builds) throws IOException, InterruptedException {
    Path printed = folder.resolve("printed.txt");
    String classPath = String.join(File.pathSeparator, builds)
        + File.pathSeparator
        + Jdk.classPath(entry -> !isCpuJar(entry));
    Process process = Jdk.process(
            "-cp",
            classPath,
            DeviceProgram.class.getName(),
            GoldenFiles.path("m3").toString(),
            device)
        .redirectErrorStream(true)
        .redirectOutput(printed.toFile())
        .start();
    assertThat(process.waitFor()).isZero();
    return Files.readString(printed).strip();
  }

  @Test
  void build_cudaWithoutADriver_saysSoAndPrintsNothingElse() throws Exception {
    assertThat(open("cuda", gpuJar())).startsWith("NO_DRIVER: " + NO_DRIVER).hasLineCount(1);
  }

  @Test
  void build_bothBuildsCpuFirst_theFirstIsUsed() throws Exception {
    assertThat(open("cuda", cpuJar(), gpuJar()))
        .startsWith("CPU_BUILD_FIRST: ")
        .contains("exclude com.microsoft.onnxruntime:onnxruntime");
  }

  @Test
  void build_bothBuildsGpuFirst_theFirstIsUsed() throws Exception {
    assertThat(open("cuda", gpuJar(), cpuJar())).startsWith("NO_DRIVER: " + NO_DRIVER);
  }

  @Test
  void build_autoWithoutADriver_isOnTheCpu() throws Exception {
    assertThat(open("auto", gpuJar()))
        .startsWith("cpu (no card is usable: " + NO_DRIVER)
        .endsWith("): 64");
  }

  @Test
  void build_cpuOnTheBuildWithCuda_runs() throws Exception {
    assertThat(open("cpu", gpuJar())).isEqualTo("cpu (as asked for): 64");
  }
}
