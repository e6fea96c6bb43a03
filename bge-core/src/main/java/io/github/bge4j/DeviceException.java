package io.github.bge4j;

import org.jspecify.annotations.Nullable;

/** Thrown when a model cannot run on the device that was asked for. */
public final class DeviceException extends BgeException {

  private static final long serialVersionUID = 1L;

  /** What is wrong with a device. */
  public enum Reason {
    /** ONNX Runtime's build for CPUs is on the class path, and no other. */
    CPU_BUILD,
    /** Its builds for CPUs and for CUDA are both on the class path, and that for CPUs is used. */
    CPU_BUILD_FIRST,
    /** There is no build for CUDA on this operating system or processor. */
    PLATFORM,
    /** There is no NVIDIA driver. */
    NO_DRIVER,
    /** The NVIDIA driver is too old for the CUDA libraries, or a stub of one. */
    DRIVER_TOO_OLD,
    /** A library of CUDA is missing. */
    LIBRARY_MISSING,
    /** The libraries of CUDA are of another version. */
    CUDA_VERSION,
    /** The driver sees no card. */
    NO_CARD,
    /** There are cards, but none of that number. */
    NO_SUCH_CARD,
    /** ONNX Runtime has no code for cards of this generation. */
    CARD_GENERATION,
    /** The model does not fit into the card's memory. */
    OUT_OF_MEMORY,
    /** The card has failed in a run, and cannot be used any more by this process. */
    LOST,
    /** Something else; the message says what CUDA or ONNX Runtime said. */
    OTHER
  }

  /** What was asked for. */
  private final Device device;

  /** What is wrong with it. */
  private final Reason reason;

  /**
   * Makes the exception.
   *
   * @param device what was asked for
   * @param reason what is wrong with it
   * @param message rule, value and remedy
   * @param cause what went wrong below; null if nothing did
   */
  public DeviceException(Device device, Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.device = device;
    this.reason = reason;
  }

  /**
   * Returns the device.
   *
   * @return the first of several that were asked for, unless one of them alone is to blame
   */
  public Device device() {
    return device;
  }

  /**
   * Returns what is wrong with it.
   *
   * @return the kind of trouble
   */
  public Reason reason() {
    return reason;
  }
}
