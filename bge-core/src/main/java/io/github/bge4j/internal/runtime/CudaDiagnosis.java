package io.github.bge4j.internal.runtime;

import ai.onnxruntime.OrtException;
import io.github.bge4j.Device;
import io.github.bge4j.DeviceException;
import io.github.bge4j.DeviceException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What ONNX Runtime 1.28.0 says, in words for whoever asked for a card. Immutable.
 *
 * @param libraries asked what else is missing
 */
record CudaDiagnosis(CudaLibraries libraries) {

  /** The answer to a request for a card that is not there. */
  private static final Pattern CARDS =
      Pattern.compile("Invalid device ID: \\d+, must be between 0 \\(inclusive\\) and (\\d+)");

  /** What stands before what was said, and behind: codes, signatures and places in the source. */
  private static final Pattern AROUND = Pattern.compile(
      "(?s)^Error code - \\w+ - message: (.*( : FAIL : |operator\\(\\)(\\(\\))? |(?=CUDA failure )))?"
          + "| ; GPU=.*");

  private static final int MOST_QUOTED = 300;

  private record Mark(String words, Reason reason) {}

  /** In order: a text may hold several. */
  private static final List<Mark> MARKS = List.of(
      new Mark("Failed to find CUDA shared provider", Reason.CPU_BUILD),
      new Mark("CUDA execution provider is not enabled in this build", Reason.CPU_BUILD_FIRST),
      new Mark("Invalid device ID", Reason.NO_SUCH_CARD),
      new Mark("libcuda.so.1: cannot open", Reason.NO_DRIVER),
      new Mark("cannot open shared object file", Reason.LIBRARY_MISSING),
      new Mark("LoadLibrary failed with error 126", Reason.LIBRARY_MISSING),
      new Mark("undefined symbol", Reason.CUDA_VERSION),
      new Mark("CUDA failure 35:", Reason.DRIVER_TOO_OLD),
      // A stub in place of the driver, and the two by which a driver declines newer libraries.
      new Mark("CUDA failure 34:", Reason.DRIVER_TOO_OLD),
      new Mark("CUDA failure 803:", Reason.DRIVER_TOO_OLD),
      new Mark("CUDA failure 804:", Reason.DRIVER_TOO_OLD),
      new Mark("CUDA failure 100:", Reason.NO_CARD),
      new Mark("no kernel image", Reason.CARD_GENERATION));

  /** What the allocators of ONNX Runtime, of CUDA and of C++ say. */
  private static final List<String> OUT_OF_MEMORY = List.of(
      "Failed to allocate memory",
      "is smaller than requested bytes of",
      "out of memory",
      "CUBLAS_STATUS_ALLOC_FAILED",
      "bad_alloc",
      "bad allocation");

  static boolean isOutOfMemory(@Nullable String text) {
    return text != null && OUT_OF_MEMORY.stream().anyMatch(text::contains);
  }

  /** Tells what a text means; {@link Reason#OTHER} if that is not known. */
  static Reason reasonOf(String text) {
    if (isOutOfMemory(text)) {
      return Reason.OUT_OF_MEMORY;
    }
    return MARKS.stream()
        .filter(mark -> text.contains(mark.words()))
        .map(Mark::reason)
        .findFirst()
        .orElse(Reason.OTHER);
  }

  /** Returns how many cards there are, by the answer to a request for one that is not; else 0. */
  static int cards(String text) {
    Matcher matcher = CARDS.matcher(text);
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
  }

  /** Explains why a card cannot be used. */
  DeviceException explain(Device device, OrtException failure) {
    String text = String.valueOf(failure.getMessage());
    Reason reason = reasonOf(text);
    if (reason == Reason.LIBRARY_MISSING) {
      reason = missingReason();
    } else if (reason == Reason.NO_SUCH_CARD && cards(text) == 0) {
      reason = Reason.NO_CARD;
    }
    return new DeviceException(device, reason, message(device, reason, text), failure);
  }

  /** The loader names the first library that it misses, which is seldom the driver's. */
  private Reason missingReason() {
    if (!libraries.hasDriver()) {
      return Reason.NO_DRIVER;
    }
    return libraries.ofOtherVersion().isPresent() ? Reason.CUDA_VERSION : Reason.LIBRARY_MISSING;
  }

  /**
   * Explains that the build of ONNX Runtime that is loaded has no CUDA.
   *
   * @param both whether the build that has it is on the class path too
   */
  DeviceException withoutCuda(Device device, boolean both) {
    Reason reason = both ? Reason.CPU_BUILD_FIRST : Reason.CPU_BUILD;
    if (!CudaLibraries.isPlatformWithCuda()) {
      reason = Reason.PLATFORM;
    }
    return new DeviceException(device, reason, message(device, reason, ""), null);
  }

  /** Explains that there are cards, but not this one. */
  DeviceException noSuchCard(Device device, int cards) {
    return new DeviceException(device, Reason.NO_SUCH_CARD, noSuchCardMessage(device, cards), null);
  }

  /** Explains that a library of the user's folder cannot be loaded. */
  DeviceException notLoadable(Device device, UnsatisfiedLinkError failure) {
    return new DeviceException(
        device,
        Reason.LIBRARY_MISSING,
        "the libraries in " + libraries.root() + " must load: " + quoted(failure.getMessage())
            + "; let -D" + CudaLibraries.PATH_PROPERTY + " name a folder with those of CUDA 12.9",
        failure);
  }

  private String message(Device device, Reason reason, String text) {
    return switch (reason) {
      case CPU_BUILD ->
        "ONNX Runtime must be the build with CUDA for " + device
            + ": com.microsoft.onnxruntime:onnxruntime is used, which has none; depend on"
            + " io.github.bge4j:bge-cuda in place of bge-core, or on onnxruntime_gpu 1.28.0 in place"
            + " of onnxruntime; a program that is built already takes its libraries from a folder, by"
            + " -Donnxruntime.native.path=DIR (docs/cuda.md)";
      case CPU_BUILD_FIRST ->
        "one build of ONNX Runtime must be on the class path for " + device
            + ": onnxruntime, which has no CUDA, lies before onnxruntime_gpu and is used; exclude"
            + " com.microsoft.onnxruntime:onnxruntime, or depend on io.github.bge4j:bge-cuda in place"
            + " of bge-core";
      case PLATFORM ->
        "CUDA must be used on Linux or Windows on x64, for which alone ONNX Runtime is built with"
            + " it: " + device + " on " + System.getProperty("os.name") + " "
            + System.getProperty("os.arch") + "; use the device cpu";
      case NO_DRIVER -> noDriverMessage();
      case DRIVER_TOO_OLD ->
        "the NVIDIA driver must serve CUDA 12: " + quoted(text)
            + "; install driver 525 or later, and let no stub of it lie before it in LD_LIBRARY_PATH";
      case LIBRARY_MISSING -> missingMessage(text);
      case CUDA_VERSION ->
        "the libraries of CUDA must be of version 12.9 (12.4 and 13 do not do): "
            + libraries.ofOtherVersion().map(name -> "there is " + name).orElse(quoted(text))
            + "; " + remedy();
      case NO_CARD ->
        "there must be a CUDA card: the driver sees none for " + device
            + "; in a container, start it with --gpus all; look at CUDA_VISIBLE_DEVICES";
      case NO_SUCH_CARD -> noSuchCardMessage(device, cards(text));
      case CARD_GENERATION ->
        "a card must be of a generation that ONNX Runtime 1.28.0 has code for, compute capability"
            + " 6.0 to 9.0 or 12.x: " + device + " is of none, as are those before 2016, and B100,"
            + " B200 and B300; use another card, or the device cpu";
      case OUT_OF_MEMORY ->
        "what runs on " + device + " must fit into its free memory: " + quoted(text)
            + "; close what else uses the card, or use another";
      case LOST, OTHER ->
        "CUDA must work on " + device + ": " + quoted(text)
            + "; see whether nvidia-smi lists the card, or use the device cpu";
    };
  }

  private String noDriverMessage() {
    List<String> missing = new ArrayList<>(List.of(libraries.driver()));
    missing.addAll(libraries.missing());
    return "CUDA must have an NVIDIA driver: the loader does not find " + String.join(", ", missing)
        + "; install driver 525 or later"
        + (missing.size() == 1 ? "" : ", and CUDA 12.9 for the other libraries")
        + "; in a container, start it with --gpus all";
  }

  private String missingMessage(String text) {
    List<String> missing = libraries.missing();
    return "the libraries of CUDA 12.9 must be where the loader looks: "
        + (missing.isEmpty() ? quoted(text) : "it does not find " + String.join(", ", missing))
        + "; " + remedy();
  }

  private static String remedy() {
    return "install cudart, cublas and curand of CUDA 12.9 (packages cuda-cudart-12-9,"
        + " libcublas-12-9 and libcurand-12-9 of NVIDIA, or nvidia-cuda-runtime-cu12,"
        + " nvidia-cublas-cu12 and nvidia-curand-cu12 of pip), and name their folder by"
        + " LD_LIBRARY_PATH (on Windows PATH) or -D" + CudaLibraries.PATH_PROPERTY + "=DIR";
  }

  private static String noSuchCardMessage(Device device, int cards) {
    return "the number of a card must be from 0 to " + (cards - 1) + ": " + device
        + "; choose one of these, and look at CUDA_VISIBLE_DEVICES";
  }

  private static String quoted(@Nullable String text) {
    String said = AROUND
        .matcher(String.valueOf(text))
        .replaceAll("")
        .replaceAll("\\s+", " ")
        .strip();
    return said.length() <= MOST_QUOTED ? said : said.substring(0, MOST_QUOTED) + " ...";
  }
}
