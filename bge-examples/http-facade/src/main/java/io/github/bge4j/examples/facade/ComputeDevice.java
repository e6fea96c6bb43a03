package io.github.bge4j.examples.facade;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.BgeException;
import io.github.bge4j.Device;
import io.github.bge4j.InvalidOptionException;
import io.github.bge4j.Precision;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where the models run, and why there.
 *
 * @param name {@code cpu}, {@code cuda:N} for a card, or {@code cuda:N,N} for several
 * @param reason for the log
 * @param fallback whether it is the CPU in place of a card that was asked for
 * @param firm whether a model that cannot run there must not run on the CPU instead
 */
record ComputeDevice(String name, String reason, boolean fallback, boolean firm) {

  private static final String CPU = "cpu";

  /**
   * Chooses the device.
   *
   * @param asked DEVICE: {@code auto}, {@code cpu}, {@code cuda}, {@code cuda:N} or
   *     {@code cuda:N,N}
   * @param mayFallBack DEVICE_FALLBACK: whether the CPU does in place of a card that cannot be used
   * @param precision PRECISION, or null for what is usual on the device
   * @throws IllegalArgumentException if it is none of these, or a card that cannot be used
   */
  static ComputeDevice choose(String asked, boolean mayFallBack, @Nullable Precision precision) {
    if (asked.equalsIgnoreCase("auto") && precision == Precision.INT8) {
      return new ComputeDevice(
          CPU, "DEVICE is auto, and PRECISION int8 is for a CPU alone", false, true);
    }
    ComputeDevice device = choose(asked, mayFallBack, ComputeDevice::trouble);
    return precision == Precision.FP16
        ? new ComputeDevice(device.name, device.reason, device.fallback, true)
        : device;
  }

  /** Returns why a card cannot be used; nothing if it can. */
  private static Optional<String> trouble(String card) {
    try {
      BgeEmbedder.builder().devices(Device.parse(card)).requireUsableDevices();
      return Optional.empty();
    } catch (BgeException e) {
      return Optional.of("CUDA is not usable: " + e.getMessage());
    }
  }

  static ComputeDevice choose(
      String asked, boolean mayFallBack, Function<String, Optional<String>> troubleOfCard) {
    String device = asked.toLowerCase(Locale.ROOT);
    if (device.equals(CPU)) {
      return new ComputeDevice(CPU, "as DEVICE says", false, true);
    }
    boolean auto = device.equals("auto");
    requireDevice(asked);
    String card = device.startsWith("cuda:") ? device : "cuda:0";
    Optional<String> trouble = troubleOfCard.apply(card);
    if (trouble.isEmpty()) {
      return new ComputeDevice(
          card,
          auto ? "DEVICE is auto, and CUDA is usable" : "as DEVICE says",
          false,
          !auto && !mayFallBack);
    } else if (auto) {
      return new ComputeDevice(CPU, "DEVICE is auto, and " + trouble.get(), false, true);
    } else if (mayFallBack) {
      return new ComputeDevice(
          CPU, "in place of DEVICE=" + asked + ": " + trouble.get(), true, true);
    }
    throw new IllegalArgumentException("DEVICE must be a device that can be used: " + asked + "; "
        + trouble.get() + "; set DEVICE=cpu, or DEVICE_FALLBACK=true to fall back to the CPU");
  }

  private static void requireDevice(String asked) {
    try {
      Device.parse(asked);
    } catch (InvalidOptionException e) {
      throw new IllegalArgumentException("DEVICE must be auto, cpu, cuda, cuda:N or cuda:N,N: "
          + asked + "; correct it or leave it unset");
    }
  }

  /** Returns the devices for a model's builder. */
  List<Device> devices() {
    return Device.parse(name);
  }

  boolean isCuda() {
    return !name.equals(CPU);
  }
}
