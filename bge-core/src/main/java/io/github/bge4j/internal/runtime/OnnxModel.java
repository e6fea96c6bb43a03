package io.github.bge4j.internal.runtime;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.RunOptions;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import io.github.bge4j.BgeException;
import io.github.bge4j.Device;
import io.github.bge4j.DeviceException;
import io.github.bge4j.InferenceException;
import io.github.bge4j.ModelException;
import io.github.bge4j.batching.BatchContext;
import io.github.bge4j.internal.NativeGuard;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** An ONNX Runtime session that cannot be closed under a run. Thread-safe. */
final class OnnxModel implements AutoCloseable {

  private final NativeGuard guard = new NativeGuard("model");
  private final OrtSession session;
  private final String name;
  private final Device device;
  /** Nanoseconds a token by the logarithm of the tokens: moving averages, 0 before the first. */
  private final double[] paces = new double[Integer.SIZE];
  /** Whether the last run that ended had too little memory. */
  private final AtomicBoolean shrinksNext = new AtomicBoolean();

  private final Map<String, NodeInfo> inputs;
  private final Map<String, NodeInfo> outputs;

  private OnnxModel(OrtSession session, String name, Device device) throws OrtException {
    this.session = session;
    this.name = name;
    this.device = device;
    boolean opened = false;
    try {
      this.inputs = session.getInputInfo();
      this.outputs = session.getOutputInfo();
      opened = true;
    } finally {
      if (!opened) {
        session.close();
      }
    }
  }

  static OnnxModel open(Path path, int threadsPerRun) {
    if (!Files.isRegularFile(path)) {
      throw new ModelException("model file must exist: " + path + "; check the path");
    }
    return open(
        path.toString(),
        threadsPerRun,
        false,
        null,
        (env, options) -> env.createSession(path.toString(), options));
  }

  static OnnxModel open(byte[] bytes, String name, int threadsPerRun) {
    if (bytes.length == 0) {
      throw new ModelException("model file must not be empty: " + name + "; get it again");
    }
    return open(
        name, threadsPerRun, false, null, (env, options) -> env.createSession(bytes, options));
  }

  /**
   * Opens a graph in memory whose weights lie in files.
   *
   * @param weightsFolder what the locations of the weights are relative to
   * @param spinMicros how long a thread of a run that waits for work looks for it before it sleeps;
   *     0 to sleep at once. None outlasts the run
   */
  static OnnxModel open(
      byte[] graph, Path weightsFolder, String name, int threadsPerRun, int spinMicros) {
    return open(name, threadsPerRun, spinMicros > 0, null, (env, options) -> {
      if (spinMicros > 0) {
        options.addConfigEntry("session.intra_op.spin_duration_us", String.valueOf(spinMicros));
        options.addConfigEntry("session.force_spinning_stop", "1");
      }
      prepareOwn(options, weightsFolder);
      return env.createSession(graph, options);
    });
  }

  /**
   * Opens a graph in memory whose weights lie in files, on a CUDA card. A node that cannot run
   * there fails it, instead of running on the CPU.
   *
   * @param weightsFolder what the locations of the weights are relative to
   * @throws DeviceException if the card cannot be used, or has too little memory
   */
  static OnnxModel open(byte[] graph, Path weightsFolder, String name, CudaCard card) {
    Opener opener = (env, options) -> {
      prepareOwn(options, weightsFolder);
      options.addConfigEntry("session.disable_cpu_ep_fallback", "1");
      try (OrtCUDAProviderOptions cuda = card.options()) {
        options.addCUDA(cuda);
        return env.createSession(graph, options);
      }
    };
    return open(name, 1, false, card, opener);
  }

  private static void prepareOwn(SessionOptions options, Path weightsFolder) throws OrtException {
    // Nothing is left to fuse, and looking for it takes longer than everything but packing the
    // weights.
    options.setOptimizationLevel(OptLevel.NO_OPT);
    // Packed weights beside the arena, not in it: they never change size, and it grows in steps.
    options.addConfigEntry("session.use_device_allocator_for_initializers", "1");
    options.addConfigEntry(
        "session.model_external_initializers_file_folder_path", weightsFolder.toString());
  }

  private static OnnxModel open(
      String name, int threadsPerRun, boolean spins, @Nullable CudaCard card, Opener opener) {
    try (SessionOptions options = new SessionOptions()) {
      OrtEnvironment environment = OnnxEnvironment.get();
      // What goes wrong is in the exception; a library prints nothing.
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      options.setOptimizationLevel(OptLevel.ALL_OPT);
      options.setIntraOpNumThreads(threadsPerRun);
      options.setInterOpNumThreads(1);
      // A pattern is kept for every input shape for ever and gains nothing where lengths vary.
      options.setMemoryPatternOptimization(false);
      // Spinning threads take the cores from the other workers.
      options.addConfigEntry("session.intra_op.allow_spinning", spins ? "1" : "0");
      Device device = card == null ? Device.cpu() : card.device();
      return new OnnxModel(opener.open(environment, options), name, device);
    } catch (OrtException e) {
      if (card != null) {
        throw card.explain(name, e);
      }
      throw new ModelException(
          "model must be an ONNX file that ONNX Runtime can open: " + name + ": " + e.getMessage(),
          e);
    } catch (LinkageError e) {
      throw OnnxEnvironment.notLoaded(e);
    }
  }

  /** Returns what messages call the model. */
  String name() {
    return name;
  }

  Map<String, NodeInfo> inputs() {
    return inputs;
  }

  Map<String, NodeInfo> outputs() {
    return outputs;
  }

  /**
   * Runs the model.
   *
   * @param tensors by input name; they stay the caller's to close
   * @param outputs what to copy out
   * @param context tells when to end early; null for never
   * @param reader gets the outputs, which are freed when it returns
   */
  <T> T run(
      Map<String, OnnxTensor> tensors,
      Set<String> outputs,
      @Nullable BatchContext context,
      ResultReader<T> reader) {
    return guard.use(() -> {
      try (RunOptions options = new RunOptions()) {
        options.setLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
        if (shrinksNext.getAndSet(false)) {
          // Else regions in pieces keep the next large run out. Not in every run: it is slow.
          options.addRunConfigEntry("memory.enable_memory_arena_shrinkage", arena());
        }
        BatchContext.Registration stop =
            context == null ? () -> {} : context.onAbandoned(() -> terminate(options));
        try (OrtSession.Result result = session.run(tensors, outputs, options)) {
          return reader.read(result);
        } catch (OrtException e) {
          if (CudaDiagnosis.isOutOfMemory(e.getMessage())) {
            shrinksNext.set(true);
          }
          throw e;
        } finally {
          stop.close();
        }
      } catch (OrtException e) {
        throw explain(e);
      }
    });
  }

  /** Copies out an answer; what is fp16 is widened, in a buffer without an array. */
  static float[] floats(OnnxTensor tensor) {
    FloatBuffer values = tensor.getFloatBuffer();
    if (values.hasArray()) {
      return values.array();
    }
    float[] copy = new float[values.remaining()];
    values.get(copy);
    return copy;
  }

  private String arena() {
    return device.kind() == Device.Kind.CUDA ? "gpu:" + device.index() : "cpu:0";
  }

  private BgeException explain(OrtException failure) {
    String text = String.valueOf(failure.getMessage());
    if (CudaDiagnosis.isOutOfMemory(text)) {
      return new InferenceException(
          "a run must fit into the memory of " + device + ": " + text
              + "; let texts be shorter (maxTokens), or fewer at a time (maxBatchTexts)",
          failure);
    }
    if (device.kind() == Device.Kind.CUDA
        && CudaDiagnosis.reasonOf(text) == DeviceException.Reason.CARD_GENERATION) {
      return Cuda.explain(device, failure);
    }
    return new InferenceException(
        "a run of the model failed; do model and tokenizer belong together, and does the model take"
            + " texts this long? " + text,
        failure);
  }

  /** Returns nanoseconds a token of late, for runs of about so many tokens; 0 before the first. */
  double pace(int tokens) {
    synchronized (paces) {
      return paces[groupOf(tokens)];
    }
  }

  /** Takes note of a run; one that was held up counts for no more than twice the average. */
  void ran(int tokens, long nanos) {
    double latest = (double) nanos / tokens;
    synchronized (paces) {
      double before = paces[groupOf(tokens)];
      paces[groupOf(tokens)] =
          before == 0 ? latest : before + (Math.min(latest, 2 * before) - before) / 4;
    }
  }

  /** Runs of one group differ in length by less than a factor of 2. */
  static int groupOf(int tokens) {
    return Integer.SIZE - 1 - Integer.numberOfLeadingZeros(tokens);
  }

  /** The run ends before its next operator. */
  private static void terminate(RunOptions options) {
    try {
      options.setTerminate(true);
    } catch (OrtException e) {
      throw new InferenceException("a run could not be ended; it goes on", e);
    }
  }

  /** Tells whether the next run gives back memory. */
  boolean shrinksNext() {
    return shrinksNext.get();
  }

  /** Looks at the causes too: who hands a failure on may have words of its own. */
  static boolean isOutOfMemory(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof OrtException && CudaDiagnosis.isOutOfMemory(each.getMessage())) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    guard.close(() -> {
      try {
        session.close();
      } catch (OrtException e) {
        throw new InferenceException("the model could not be closed; this is a bug", e);
      }
    });
  }

  private interface Opener {
    OrtSession open(OrtEnvironment environment, SessionOptions options) throws OrtException;
  }

  interface ResultReader<T> {
    T read(OrtSession.Result result) throws OrtException;
  }
}
