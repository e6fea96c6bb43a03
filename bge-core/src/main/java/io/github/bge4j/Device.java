package io.github.bge4j;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Where a model runs. Naming a device looks for nothing; only opening a model on it does.
 *
 * @param kind what it is
 * @param index number of a CUDA card, as CUDA counts them in this process; 0 for any other kind
 */
public record Device(Kind kind, int index) implements Serializable {

  /** ONNX Runtime keeps the number in a signed byte; the largest is asked for to count cards. */
  private static final int MAX_INDEX = 126;

  private static final Pattern CARDS = Pattern.compile("cuda(:\\d{1,3}(,\\d{1,3})*)?");

  /** Kinds of devices. */
  public enum Kind {
    /** The processor of this machine. */
    CPU,
    /** A CUDA card. */
    CUDA,
    /** Whatever {@link Device#auto()} finds. */
    AUTO
  }

  /**
   * Checks the number.
   *
   * @throws InvalidOptionException if it is out of bounds
   */
  public Device {
    int most = kind == Kind.CUDA ? MAX_INDEX : 0;
    if (index < 0 || index > most) {
      throw new InvalidOptionException("device must have a number from 0 to " + most + " for "
          + kind + ": " + index + "; CUDA counts its cards from 0");
    }
  }

  /**
   * Returns the processor of this machine, where every model runs unless it is told otherwise.
   *
   * @return the device
   */
  public static Device cpu() {
    return new Device(Kind.CPU, 0);
  }

  /**
   * Returns the first CUDA card.
   *
   * @return the device
   */
  public static Device cuda() {
    return cuda(0);
  }

  /**
   * Returns a CUDA card. {@code CUDA_VISIBLE_DEVICES} decides which cards there are, and in which
   * order.
   *
   * @param index from 0
   * @return the device
   * @throws InvalidOptionException if {@code index} is not from 0 to 126
   */
  public static Device cuda(int index) {
    return new Device(Kind.CUDA, index);
  }

  /**
   * Returns the choice of the first CUDA card if the model can be opened there, and of the
   * processor if not. Which it was, and why, is told by {@link BgeEmbedder#device()}, and by a
   * warning if it was the processor.
   *
   * @return the device
   */
  public static Device auto() {
    return new Device(Kind.AUTO, 0);
  }

  /**
   * Reads devices as command lines and environment variables name them: {@code auto}, {@code cpu},
   * {@code cuda} for the first card, {@code cuda:1}, or {@code cuda:0,1} for several. Case does not
   * count.
   *
   * @param text one of these
   * @return the devices in the order of the text; unmodifiable
   * @throws InvalidOptionException if it is something else
   */
  public static List<Device> parse(String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    if (lower.equals("auto")) {
      return List.of(auto());
    } else if (lower.equals("cpu")) {
      return List.of(cpu());
    } else if (lower.equals("cuda")) {
      return List.of(cuda());
    } else if (CARDS.matcher(lower).matches()) {
      return Arrays.stream(lower.substring("cuda:".length()).split(",", -1))
          .map(number -> cuda(Integer.parseInt(number)))
          .toList();
    }
    throw new InvalidOptionException(
        "device must be one of auto, cpu, cuda, cuda:N and cuda:N,N: " + text);
  }

  /** Returns what {@link #parse(String)} reads. */
  @Override
  public String toString() {
    return switch (kind) {
      case CPU -> "cpu";
      case CUDA -> "cuda:" + index;
      case AUTO -> "auto";
    };
  }
}
