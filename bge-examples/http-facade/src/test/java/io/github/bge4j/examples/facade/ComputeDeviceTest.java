package io.github.bge4j.examples.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bge4j.BgeException;
import io.github.bge4j.Device;
import io.github.bge4j.DeviceChoice;
import io.github.bge4j.Output;
import io.github.bge4j.Precision;
import io.github.bge4j.batching.BatchExecutor;
import io.github.bge4j.batching.BatchListener;
import io.github.bge4j.batching.RequestOptions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ComputeDeviceTest {

  /** A machine whose first card can be used, and no other. */
  private static ComputeDevice chooseWithOneCard(String asked, boolean fallback) {
    return ComputeDevice.choose(
        asked,
        fallback,
        card -> card.equals("cuda:0") ? Optional.empty() : Optional.of("there is no " + card));
  }

  @ParameterizedTest
  @CsvSource({
    "auto, cuda:0, 'DEVICE is auto, and CUDA is usable', false",
    "AUTO, cuda:0, 'DEVICE is auto, and CUDA is usable', false",
    "cpu, cpu, as DEVICE says, true",
    "cuda, cuda:0, as DEVICE says, true",
    "cuda:0, cuda:0, as DEVICE says, true",
  })
  void choose_cardIsUsable_isTakenUnlessTheCpuIsAskedFor(
      String asked, String name, String reason, boolean firm) {
    assertThat(chooseWithOneCard(asked, false))
        .isEqualTo(new ComputeDevice(name, reason, false, firm));
  }

  @Test
  void choose_usableCardWithFallback_letsAModelThatCannotRunThereRunOnTheCpu() {
    assertThat(chooseWithOneCard("cuda:0", true).firm()).isFalse();
  }

  @Test
  void choose_autoWithoutACard_isTheCpuAndSaysWhy() {
    ComputeDevice device =
        ComputeDevice.choose("auto", false, card -> Optional.of("there is no " + card));
    assertThat(device)
        .isEqualTo(new ComputeDevice("cpu", "DEVICE is auto, and there is no cuda:0", false, true));
    assertThat(device.isCuda()).isFalse();
  }

  @Test
  void choose_autoWithInt8_isTheCpuWithoutALookForCards() {
    assertThat(ComputeDevice.choose("auto", false, Precision.INT8))
        .isEqualTo(new ComputeDevice(
            "cpu", "DEVICE is auto, and PRECISION int8 is for a CPU alone", false, true));
  }

  @Test
  void choose_cardThatIsNotThereWithFallback_isTheCpuAndSaysSo() {
    assertThat(chooseWithOneCard("cuda:1", true))
        .isEqualTo(
            new ComputeDevice("cpu", "in place of DEVICE=cuda:1: there is no cuda:1", true, true));
  }

  @Test
  void choose_cardThatIsNotThere_namesTheRemedy() {
    assertThatThrownBy(() -> chooseWithOneCard("cuda:1", false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("DEVICE must be a device that can be used: cuda:1; there is no cuda:1; "
            + "set DEVICE=cpu, or DEVICE_FALLBACK=true to fall back to the CPU");
  }

  @ParameterizedTest
  @CsvSource({"gpu", "cuda:", "cuda:x", "cuda:-1", "'cuda:0,'", "mps"})
  void choose_noDevice_isRefusedAlsoWithFallback(String asked) {
    assertThatThrownBy(() -> chooseWithOneCard(asked, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("DEVICE must be auto, cpu, cuda, cuda:N or cuda:N,N: " + asked
            + "; correct it or leave it unset");
  }

  @Test
  void executor_ofTwoCards_runsThemInWorkersAlone() {
    ComputeDevice device = ComputeDevice.choose("cuda:0,1", false, card -> Optional.empty());
    assertThat(device.devices()).containsExactly(Device.cuda(0), Device.cuda(1));
    FacadeSettings settings = FacadeSettings.from(new Variables(Map.of("DEVICE", "cpu"), Map.of()));
    try (BatchExecutor executor = BgeModelLoader.executor(settings, device, BatchListener.NONE)) {
      assertThat(executor.callersRun()).isFalse();
      assertThat(executor.devices()).isEqualTo(2);
      assertThat(executor.workers()).isEqualTo(4);
    }
  }

  @Test
  void embedder_cardCannotOpenIt_runsOnTheCpuUnlessTheCardWasAskedFor() {
    try (BgeModelLoader loader = loader(new ComputeDevice("cuda:0", "a test", false, false));
        TextModel embedder = loader.embedder()) {
      assertThat(embedder.device())
          .get()
          .extracting(DeviceChoice::devices)
          .isEqualTo(List.of(Device.cpu()));
      assertThat(embedder
              .embed(List.of("a"), RequestOptions.defaults(), Output.DENSE)
              .join())
          .hasSize(1);
    }
    try (BgeModelLoader loader = loader(new ComputeDevice("cuda:0", "a test", false, true))) {
      assertThatThrownBy(loader::embedder).isInstanceOf(BgeException.class);
    }
  }

  private static BgeModelLoader loader(ComputeDevice device) {
    Variables variables = new Variables(Map.of("EMBEDDING_MODEL_NAME", "bundled"), Map.of());
    return new BgeModelLoader(FacadeSettings.from(variables, device), BatchListener.NONE);
  }
}
