package io.github.bge4j.internal.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import io.github.bge4j.Device;
import io.github.bge4j.DeviceException;
import io.github.bge4j.DeviceException.Reason;
import io.github.bge4j.InferenceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What ONNX Runtime 1.28.0 was heard to say, and what we make of it. */
class CudaDiagnosisTest {

  private static final List<String> TOOLKIT =
      List.of("libcudart.so.12", "libcublasLt.so.12", "libcublas.so.12", "libcurand.so.10");

  private static final String LOADING = "Error code - ORT_FAIL - message: /src/provider_bridge.cc:1"
      + " Get() [ONNXRuntimeError] : 1 : FAIL : Failed to load library"
      + " libonnxruntime_providers_cuda.so with error: ";

  private static final String NOT_THERE =
      ": cannot open shared object file: No such file or directory";

  @TempDir
  private Path folder;

  private DeviceException explain(String text, String... found) throws IOException {
    for (String name : found) {
      Files.createFile(folder.resolve(name));
    }
    CudaLibraries libraries = new CudaLibraries("libcuda.so.1", TOOLKIT, List.of(folder), "", null);
    DeviceException e =
        new CudaDiagnosis(libraries).explain(Device.cuda(4), new OrtException(text));
    assertThat(e.device()).isEqualTo(Device.cuda(4));
    assertThat(e.getCause()).hasMessageContaining(text);
    return e;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "Failed to find CUDA shared provider | CPU_BUILD | depend on io.github.bge4j:bge-cuda in place of bge-core",
        "CUDA execution provider is not enabled in this build. | CPU_BUILD_FIRST | exclude com.microsoft.onnxruntime:onnxruntime",
        "x.so with error: libcuda.so.1: cannot open shared object file | NO_DRIVER | install driver 525 or later",
        "/lib/x.so: undefined symbol: cudaLibraryGetKernel, version libcudart.so.12 | CUDA_VERSION | must be of version 12.9",
        "CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version | DRIVER_TOO_OLD | install driver 525",
        "CUDA failure 34: CUDA driver is a stub library | DRIVER_TOO_OLD | no stub of it",
        "CUDA failure 100: no CUDA-capable device is detected | NO_CARD | --gpus all",
        "Invalid device ID: 4, must be between 0 (inclusive) and 4 (exclusive). | NO_SUCH_CARD | must be from 0 to 3: cuda:4",
        "Invalid device ID: 0, must be between 0 (inclusive) and 0 (exclusive). | NO_CARD | CUDA_VISIBLE_DEVICES",
        "CUDA error 209: no kernel image is available for execution on the device | CARD_GENERATION | 6.0 to 9.0 or 12.x: cuda:4",
        "CUDA failure 2: out of memory | OUT_OF_MEMORY | close what else uses the card",
        "CUDA failure 999: unknown error | OTHER | see whether nvidia-smi lists the card",
      })
  void explain_recordedTexts_nameCauseAndRemedy(String text, Reason reason, String remedy)
      throws IOException {
    DeviceException e = explain(text, "libcuda.so.1");
    assertThat(e.reason()).isEqualTo(reason);
    assertThat(e).hasMessageContaining(remedy);
  }

  @Test
  void explain_librariesMissing_namesAllOfThemAndNoOther() throws IOException {
    DeviceException e =
        explain(LOADING + "libcublasLt.so.12" + NOT_THERE, "libcuda.so.1", "libcudart.so.12");
    assertThat(e.reason()).isEqualTo(Reason.LIBRARY_MISSING);
    assertThat(e)
        .hasMessageStartingWith("the libraries of CUDA 12.9 must be where the loader looks: it does"
            + " not find libcublasLt.so.12, libcublas.so.12, libcurand.so.10; install cudart,"
            + " cublas and curand of CUDA 12.9 ")
        .hasMessageEndingWith("or -Dbge4j.cuda.path=DIR");
  }

  @Test
  void explain_loaderMissesWhatIsThere_saysWhatItSaid() throws IOException {
    String[] all = {"libcuda.so.1", TOOLKIT.get(0), TOOLKIT.get(1), TOOLKIT.get(2), TOOLKIT.get(3)};
    assertThat(explain(LOADING + "libfabric.so.9" + NOT_THERE, all))
        .hasMessageStartingWith("the libraries of CUDA 12.9 must be where the loader looks: Failed"
            + " to load library libonnxruntime_providers_cuda.so with error: libfabric.so.9: cannot"
            + " open");
  }

  @Test
  void explain_librariesAndDriverMissing_isForWantOfADriver() throws IOException {
    DeviceException e = explain(LOADING + "libcublasLt.so.12" + NOT_THERE, "libcurand.so.10");
    assertThat(e.reason()).isEqualTo(Reason.NO_DRIVER);
    assertThat(e)
        .hasMessage("CUDA must have an NVIDIA driver: the loader does not find libcuda.so.1,"
            + " libcudart.so.12, libcublasLt.so.12, libcublas.so.12; install driver 525 or later,"
            + " and CUDA 12.9 for the other libraries; in a container, start it with --gpus all");
  }

  @ParameterizedTest
  @ValueSource(strings = {"11", "13"})
  void explain_librariesOfAnotherCuda_namesThem(String version) throws IOException {
    DeviceException e = explain(
        LOADING + "libcublasLt.so.12" + NOT_THERE, "libcuda.so.1", "libcublas.so." + version);
    assertThat(e.reason()).isEqualTo(Reason.CUDA_VERSION);
    assertThat(e)
        .hasMessageStartingWith("the libraries of CUDA must be of version 12.9 (12.4 and 13 do not"
            + " do): there is libcublas.so." + version + "; install ");
  }

  @Test
  void explain_windowsNamesNothing_isLookedFor() throws IOException {
    CudaLibraries libraries = new CudaLibraries(
        "nvcuda.dll", List.of("cudart64_12.dll", "curand64_10.dll"), List.of(folder), "", null);
    Files.createFile(folder.resolve("nvcuda.dll"));
    Files.createFile(folder.resolve("curand64_10.dll"));
    assertThat(new CudaDiagnosis(libraries)
            .explain(Device.cuda(), new OrtException("LoadLibrary failed with error 126 \"\"")))
        .hasMessageContaining("does not find cudart64_12.dll; install");
  }

  @Test
  void explain_longText_isCut() throws IOException {
    String text = "CUDA failure 700: " + "x".repeat(1_000);
    assertThat(explain(text).getMessage()).hasSizeLessThan(500);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Available memory of 1048576 is smaller than requested bytes of 2097152",
        "Failed to allocate memory for requested buffer of size 536870912",
        "CUDA failure 2: out of memory ; GPU=0",
        "std::bad_alloc",
      })
  void isOutOfMemory_recordedTexts_areThat(String text) {
    OrtException cause = new OrtException(text);
    assertThat(EncoderSession.isOutOfMemory(new InferenceException("a run failed", cause)))
        .isTrue();
    assertThat(EncoderSession.isOutOfMemory(
            new IllegalStateException("handed on", new InferenceException("a run failed", cause))))
        .isTrue();
  }

  @Test
  void isOutOfMemory_otherFailures_areNot() {
    assertThat(EncoderSession.isOutOfMemory(
            new InferenceException("x", new OrtException("CUDA failure 700: illegal address"))))
        .isFalse();
    assertThat(EncoderSession.isOutOfMemory(new IllegalStateException("out of memory")))
        .isFalse();
  }

  @Test
  void explain_modelThatDoesNotFit_saysWhatItNeeds() {
    CudaCard card = new CudaCard(Device.cuda(), 1_081L << 20, 208L << 20, 0);
    DeviceException e = card.explain(
        "BAAI/bge-m3",
        new OrtException("Exception during initialization: Available memory of 1 is smaller than"
            + " requested bytes of 2"));
    assertThat(e.reason()).isEqualTo(Reason.OUT_OF_MEMORY);
    assertThat(e)
        .hasMessage("a model must fit into the free memory of cuda:0: BAAI/bge-m3 takes 1081 MiB"
            + " for its weights, and at least 208 MiB for the longest text; use Precision.FP16,"
            + " fewer maxTokens, a smaller model or another card, or close what else uses this"
            + " one");
  }
}
