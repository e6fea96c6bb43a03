package io.github.bge4j.internal.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import io.github.bge4j.Device;
import io.github.bge4j.DeviceException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The CUDA cards of this process, looked for when they are first asked for, and only then.
 * Thread-safe.
 */
public final class Cuda {

  /** No machine has it. A larger number is refused without a word on how many there are. */
  private static final int ABSENT_CARD = 127;

  /** Lies in the build of ONNX Runtime that has CUDA, beside the other libraries. */
  private static final String PROVIDER = "/ai/onnxruntime/native/"
      + (CudaLibraries.isWindows() ? "win" : "linux") + "-x64/"
      + System.mapLibraryName("onnxruntime_providers_cuda");

  private static @Nullable Cuda found;

  private final CudaDiagnosis diagnosis;
  private final int cards;
  /** Makes the exception, a new one each time; null if there are cards. */
  private final @Nullable Function<Device, DeviceException> refusal;

  private Cuda(
      CudaDiagnosis diagnosis, int cards, @Nullable Function<Device, DeviceException> refusal) {
    this.diagnosis = diagnosis;
    this.cards = cards;
    this.refusal = refusal;
  }

  /**
   * Refuses cards that cannot be used, as far as that shows without opening anything on them. The
   * first call takes 10 to 40 ms, and 10 s more where ONNX Runtime's libraries are yet to be
   * unpacked.
   *
   * @param devices CUDA cards
   * @throws DeviceException for the first that cannot be used
   * @throws io.github.bge4j.ModelException if ONNX Runtime cannot be loaded
   */
  public static void require(List<Device> devices) {
    Cuda cuda = get();
    for (Device device : devices) {
      if (cuda.refusal != null) {
        throw cuda.refusal.apply(device);
      }
      if (device.index() >= cuda.cards) {
        throw cuda.diagnosis.noSuchCard(device, cuda.cards);
      }
    }
  }

  /** Explains why ONNX Runtime failed on a card. */
  static DeviceException explain(Device device, OrtException failure) {
    return get().diagnosis.explain(device, failure);
  }

  private static synchronized Cuda get() {
    if (found == null) {
      found = look(new CudaDiagnosis(CudaLibraries.ofSystem()));
    }
    return found;
  }

  private static Cuda look(CudaDiagnosis diagnosis) {
    try {
      OnnxEnvironment.get();
      if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
        boolean both = OrtEnvironment.class.getResource(PROVIDER) != null;
        return new Cuda(diagnosis, 0, device -> diagnosis.withoutCuda(device, both));
      }
    } catch (OrtException e) {
      return new Cuda(diagnosis, 0, device -> diagnosis.explain(device, e));
    } catch (LinkageError e) {
      throw OnnxEnvironment.notLoaded(e);
    }
    try {
      diagnosis.libraries().load();
      new OrtCUDAProviderOptions(ABSENT_CARD).close();
      return new Cuda(diagnosis, ABSENT_CARD, null);
    } catch (UnsatisfiedLinkError e) {
      return new Cuda(diagnosis, 0, device -> diagnosis.notLoadable(device, e));
    } catch (OrtException e) {
      int cards = CudaDiagnosis.cards(String.valueOf(e.getMessage()));
      return cards > 0
          ? new Cuda(diagnosis, cards, null)
          : new Cuda(diagnosis, 0, device -> diagnosis.explain(device, e));
    }
  }
}
