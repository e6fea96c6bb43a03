package io.github.bge4j;

import io.github.bge4j.internal.runtime.Cuda;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Where a model is to run, in what numbers and with how much memory: all that its builder was told
 * of the device. Immutable.
 *
 * @param devices one, or several cards; empty for the default
 * @param precision null for what is usual there
 * @param runBytes most bytes that runs may take on a card; 0 for all there are
 * @param threadsPerWorker null for what is usual there
 */
record Placement(
    List<Device> devices,
    @Nullable Precision precision,
    long runBytes,
    @Nullable Integer threadsPerWorker) {

  /**
   * Opens a model where it is to run; {@link Device#auto()} tries a card first.
   *
   * @param name what a warning calls it
   * @param opener opens it on the devices that it is given
   * @throws InvalidOptionException if the model or an option is not for that device
   * @throws DeviceException if the device cannot be used
   */
  <T> T open(String name, ModelFiles files, Function<DeviceChoice, T> opener) {
    if (!isAuto()) {
      DeviceChoice choice = asked();
      requireFit(choice);
      if (choice.isCuda() && files.runsAsItIs()) {
        throw new InvalidOptionException(
            "a file that runs as it is must be on a CPU: the device is "
                + choice.devices().get(0)
                + "; give a model whose weights are used: a folder, or without asIs()");
      }
      return openOn(choice, opener);
    }
    if (files.runsAsItIs() || precision == Precision.INT8) {
      return opener.apply(onCpu(
          name,
          (files.runsAsItIs() ? "a file that runs as it is" : "precision INT8")
              + " is for a CPU alone"));
    }
    try {
      return openOn(new DeviceChoice(List.of(Device.cuda()), "the first card is usable"), opener);
    } catch (DeviceException e) {
      return openInstead(name, "no card is usable: ", e, opener);
    } catch (ModelException | InferenceException e) {
      // What is wrong with the model itself is wrong on the CPU, too, and is said there.
      return openInstead(name, "the model cannot be opened on a card: ", e, opener);
    }
  }

  private <T> T openInstead(
      String name, String reason, BgeException failure, Function<DeviceChoice, T> opener) {
    if (precision == Precision.FP16) {
      throw failure;
    }
    return opener.apply(onCpu(name, reason + failure.getMessage()));
  }

  private static <T> T openOn(DeviceChoice choice, Function<DeviceChoice, T> opener) {
    if (choice.isCuda()) {
      Cuda.require(choice.devices());
    }
    return opener.apply(choice);
  }

  /** Who hoped for a card is to know. */
  private static DeviceChoice onCpu(String name, String reason) {
    LoggerFactory.getLogger(Placement.class)
        .warn("the {} runs on the CPU, of device auto: {}", name, reason);
    return new DeviceChoice(List.of(Device.cpu()), reason);
  }

  /** Refuses options that do not fit each other, whatever the model. */
  void check() {
    if (!isAuto()) {
      requireFit(asked());
    }
  }

  private boolean isAuto() {
    return devices.equals(List.of(Device.auto()));
  }

  private DeviceChoice asked() {
    return devices.isEmpty()
        ? new DeviceChoice(List.of(Device.cpu()), "the default")
        : new DeviceChoice(devices, "as asked for");
  }

  private void requireFit(DeviceChoice choice) {
    Device device = choice.devices().get(0);
    if (!choice.isCuda()) {
      if (precision == Precision.FP16) {
        throw new InvalidOptionException("precision FP16 must be on CUDA: the device is " + device
            + "; choose FP32 or INT8, or the device cuda");
      }
      if (runBytes > 0) {
        throw new InvalidOptionException(
            "a device memory limit must be for CUDA: the device is " + device + "; leave it unset");
      }
      return;
    }
    if (precision == Precision.INT8) {
      throw new InvalidOptionException("precision INT8 must be on a CPU: the device is " + device
          + "; choose FP16 or FP32, or the device cpu");
    }
    if (threadsPerWorker != null) {
      throw new InvalidOptionException("threads per worker must be for a CPU: " + threadsPerWorker
          + ", and the device is " + device + "; leave them unset");
    }
  }

  /** Returns what the linear layers compute in. */
  Precision precisionOn(DeviceChoice device) {
    if (precision != null) {
      return precision;
    }
    return device.isCuda() ? Precision.FP16 : Precision.FP32;
  }
}
