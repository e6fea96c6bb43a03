package io.github.bge4j;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Where an open model runs, and why there.
 *
 * @param devices the processor alone, or CUDA cards, in the order asked for; unmodifiable
 * @param reason for people, such as {@code as asked for}
 */
public record DeviceChoice(List<Device> devices, String reason) {

  /** Copies the devices. */
  public DeviceChoice {
    devices = List.copyOf(devices);
  }

  /** Tells whether it is CUDA cards, all of them. */
  boolean isCuda() {
    return devices.get(0).kind() == Device.Kind.CUDA;
  }

  /** Returns both in a line, such as {@code cuda:0, cuda:1 (as asked for)}. */
  @Override
  public String toString() {
    return devices.stream().map(Device::toString).collect(Collectors.joining(", ")) + " (" + reason
        + ")";
  }
}
