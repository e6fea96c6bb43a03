package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.bge4j.DeviceException.Reason;
import io.github.bge4j.testing.GoldenFiles;
import io.github.bge4j.testing.Jdk;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where models are opened, with ONNX Runtime's build for CPUs: the one the library depends on. */
@Timeout(120)
class PlacementTest {

  @TempDir
  private Path folder;

  private static BgeEmbedderBuilder tiny() {
    return BgeEmbedder.builder().model(ModelSource.directory(GoldenFiles.path("m3")));
  }

  private static void assertRefused(UnaryOperator<BgeEmbedderBuilder> settings, String message) {
    assertThatExceptionOfType(InvalidOptionException.class)
        .isThrownBy(() -> settings.apply(tiny()).build())
        .withMessage(message);
  }

  private static void assumeABuildWithCuda() {
    assumeTrue(System.getProperty("os.name").matches("(Linux|Windows).*"));
    assumeTrue(System.getProperty("os.arch").equals("amd64"));
  }

  @Test
  void build_nothingSaid_isOnTheCpu() {
    try (BgeEmbedder embedder = tiny().build()) {
      assertThat(embedder.device()).hasToString("cpu (the default)");
    }
  }

  @Test
  void build_cpuAskedFor_isOnTheCpu() throws IOException {
    ModelSource model =
        ModelSource.directory(GoldenFiles.writeModel("bert-reranker", folder.resolve("reranker")));
    try (BgeReranker reranker =
        BgeReranker.builder().model(model).device(Device.cpu()).build()) {
      assertThat(reranker.device()).hasToString("cpu (as asked for)");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FP32", "FP16"})
  void build_cudaOnTheBuildForCpus_saysWhichToTake(Precision precision) {
    assumeABuildWithCuda();
    assertThatExceptionOfType(DeviceException.class)
        .isThrownBy(() -> tiny().device(Device.cuda(3)).precision(precision).build())
        .withMessage("ONNX Runtime must be the build with CUDA for cuda:3:"
            + " com.microsoft.onnxruntime:onnxruntime is used, which has none; depend on"
            + " io.github.bge4j:bge-cuda in place of bge-core, or on onnxruntime_gpu 1.28.0 in"
            + " place of onnxruntime; a program that is built already takes its libraries from a"
            + " folder, by -Donnxruntime.native.path=DIR (docs/cuda.md)")
        .satisfies(e -> {
          assertThat(e.reason()).isEqualTo(Reason.CPU_BUILD);
          assertThat(e.device()).isEqualTo(Device.cuda(3));
        });
  }

  @Test
  void requireUsableDevices_cardsWithoutCuda_areRefusedAndOtherDevicesAreNot() {
    assumeABuildWithCuda();
    BgeEmbedder.builder().requireUsableDevices();
    BgeEmbedder.builder().device(Device.auto()).requireUsableDevices();
    assertThatExceptionOfType(DeviceException.class)
        .isThrownBy(() -> BgeEmbedder.builder().device(Device.cuda(3)).requireUsableDevices())
        .withMessageStartingWith("ONNX Runtime must be the build with CUDA for cuda:3: ")
        .satisfies(e -> assertThat(e.device()).isEqualTo(Device.cuda(3)));
  }

  @Test
  void build_cudaWhereThereIsNoBuildOfIt_saysSo() {
    assumeTrue(System.getProperty("os.arch").equals("aarch64"));
    assertThatExceptionOfType(DeviceException.class)
        .isThrownBy(() -> tiny().device(Device.cuda()).build())
        .withMessageStartingWith("CUDA must be used on Linux or Windows on x64")
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.PLATFORM));
  }

  @Test
  void build_autoWithoutACard_isOnTheCpuAndSaysWhy() {
    try (BgeEmbedder embedder = tiny().device(Device.auto()).build();
        BgeEmbedder usual = tiny().build()) {
      assertThat(embedder.device().devices()).containsExactly(Device.cpu());
      assertThat(embedder.device().reason()).startsWith("no card is usable: ").contains("CUDA");
      assertThat(embedder.dense("Paris")).isEqualTo(usual.dense("Paris"));
    }
  }

  @Test
  void build_autoInFp16WithoutACard_isRefused() {
    assertThatExceptionOfType(DeviceException.class)
        .isThrownBy(() -> tiny().device(Device.auto()).precision(Precision.FP16).build());
  }

  @Test
  void build_autoWithWhatIsForACpu_isOnTheCpuAndSaysWhy() {
    try (BgeEmbedder ready =
        BgeEmbedder.builder().model(BgeSmall.ready()).device(Device.auto()).build()) {
      assertThat(ready.device()).hasToString("cpu (a file that runs as it is is for a CPU alone)");
    }
    try (BgeEmbedder quantized = tiny()
        .device(Device.auto())
        .precision(Precision.INT8)
        .cacheDirectory(folder)
        .build()) {
      assertThat(quantized.device()).hasToString("cpu (precision INT8 is for a CPU alone)");
    }
  }

  @Test
  void build_combinationsThatDoNotExist_areRefusedBeforeAModelOrACardIsLookedFor() {
    assertThatExceptionOfType(InvalidOptionException.class)
        .isThrownBy(() -> BgeEmbedder.builder()
            .model(ModelSource.directory(Path.of("none")))
            .precision(Precision.FP16)
            .build())
        .withMessageStartingWith("precision FP16 must be on CUDA");
    assertRefused(
        builder -> builder.precision(Precision.FP16),
        "precision FP16 must be on CUDA: the device is cpu; choose FP32 or INT8, or the device"
            + " cuda");
    assertRefused(
        builder -> builder.device(Device.cuda()).precision(Precision.INT8),
        "precision INT8 must be on a CPU: the device is cuda:0; choose FP16 or FP32, or the device"
            + " cpu");
    assertRefused(
        builder -> builder.deviceMemoryLimit(1 << 20),
        "a device memory limit must be for CUDA: the device is cpu; leave it unset");
    assertRefused(
        builder -> builder.device(Device.cuda(1)).threadsPerWorker(2),
        "threads per worker must be for a CPU: 2, and the device is cuda:1; leave them unset");
    assertThatExceptionOfType(InvalidOptionException.class)
        .isThrownBy(() ->
            BgeEmbedder.builder().model(BgeSmall.ready()).device(Device.cuda()).build())
        .withMessage("a file that runs as it is must be on a CPU: the device is cuda:0; give a"
            + " model whose weights are used: a folder, or without asIs()");
  }

  @Test
  void devices_thatDoNotBelongTogether_areRefused() {
    for (List<Device> devices : List.of(
        List.<Device>of(),
        List.of(Device.cpu(), Device.cuda()),
        List.of(Device.cuda(), Device.auto()),
        List.of(Device.cuda(1), Device.cuda(1)))) {
      assertRefused(
          builder -> builder.devices(devices),
          "devices must be one, or several CUDA cards of which no two are alike: " + devices
              + "; leave them unset for the CPU");
    }
    assertRefused(
        builder -> builder.deviceMemoryLimit(0),
        "device memory limit must be at least 1 byte: 0; leave it unset for no limit");
  }

  @Test
  void openEncoder_memoryLimitBelowTheLongestText_isRefused() {
    ModelOptions options = new ModelOptions(
        512,
        Truncation.CUT,
        2,
        1_024,
        null,
        null,
        1,
        1,
        Precision.FP32,
        new DeviceChoice(List.of(Device.cuda()), "as asked for"),
        1_000_000,
        folder);
    ModelFiles files = ModelFiles.of(ModelSource.directory(GoldenFiles.path("m3")));
    assertThatExceptionOfType(InvalidOptionException.class)
        .isThrownBy(() -> files.openEncoder(options, () -> {
          throw new AssertionError("no tokenizer is needed");
        }))
        .withMessage("device memory limit must hold a run of the longest text, of 512 tokens and"
            + " 1703936 bytes: 1000000; raise it, or lower maxTokens");
  }

  @Test
  void reasons_areAllInTheDocumentation() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "cuda.md"));
    for (Reason reason : Reason.values()) {
      assertThat(page).contains("| `" + reason + "` |");
    }
  }

  @SuppressWarnings({"NullAway", "DataFlowIssue"})
  @Test
  void device_null_isRefused() {
    assertRefused(
        builder -> builder.device(null),
        "device must not be null; give one, or leave an option unset for its default");
    assertRefused(
        builder -> builder.devices(null),
        "devices must not be null; give one, or leave an option unset for its default");
  }

  @Test
  void build_nothingSaid_doesNotLookForCards() throws Exception {
    Path log = folder.resolve("classes.txt");
    Jdk.java(
        folder,
        "-Xlog:class+load:file=" + log,
        "-cp",
        Jdk.classPath(),
        DeviceProgram.class.getName(),
        GoldenFiles.path("m3").toString(),
        "cpu");
    List<String> loaded = Files.readAllLines(log).stream()
        .flatMap(line -> Arrays.stream(line.split(" ", -1)))
        .toList();
    assertThat(loaded)
        .contains("ai.onnxruntime.OrtSession")
        .doesNotContain(
            "io.github.bge4j.internal.runtime.Cuda",
            "io.github.bge4j.internal.runtime.CudaLibraries");
  }

  /**
   * ONNX Runtime is the real build for CPUs; of the build with CUDA there is only the name of its
   * provider, behind it. Which of the two real builds wins is seen with the profile gpu-jar.
   */
  @Test
  void build_providerBehindTheBuildForCpus_saysWhichToExclude() throws Exception {
    assumeABuildWithCuda();
    String system = System.getProperty("os.name").startsWith("Windows") ? "win" : "linux";
    Path natives = folder.resolve("gpu/ai/onnxruntime/native/" + system + "-x64");
    Files.createDirectories(natives);
    Files.createFile(natives.resolve(System.mapLibraryName("onnxruntime_providers_cuda")));
    String printed = Jdk.java(
        folder,
        "-cp",
        Jdk.classPath() + File.pathSeparator + folder.resolve("gpu"),
        DeviceProgram.class.getName(),
        GoldenFiles.path("m3").toString(),
        "cuda");
    assertThat(printed.strip())
        .isEqualTo("CPU_BUILD_FIRST: one build of ONNX Runtime must be on the class path for"
            + " cuda:0: onnxruntime, which has no CUDA, lies before onnxruntime_gpu and is used;"
            + " exclude com.microsoft.onnxruntime:onnxruntime, or depend on"
            + " io.github.bge4j:bge-cuda in place of bge-core");
  }
}
