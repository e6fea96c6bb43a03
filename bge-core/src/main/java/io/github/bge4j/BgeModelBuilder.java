package io.github.bge4j;

import io.github.bge4j.batching.BatchExecutor;
import io.github.bge4j.internal.runtime.Cuda;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The settings of every model. Not thread-safe.
 *
 * @param <B> the builder itself
 */
public abstract sealed class BgeModelBuilder<B extends BgeModelBuilder<B>>
    permits BgeEmbedderBuilder, BgeRerankerBuilder {

  /** As many as two-token texts fit a run on a CPU: no limit of its own. */
  private static final int DEFAULT_MAX_BATCH_TEXTS = 64;

  /** As many as 16-token texts fit a run on a card: hardly a limit of its own. */
  private static final int DEFAULT_MAX_BATCH_TEXTS_ON_CUDA = 1_024;

  /** One computes while the other makes ready and copies. */
  private static final int WORKERS_PER_CARD = 2;

  /** Beyond so many threads a short text has too little work for each. */
  private static final int MOST_THREADS_OF_LONE_RUN = 4;

  private @Nullable ModelSource source;
  private @Nullable Integer maxTokens;
  private @Nullable String name;
  private Truncation truncation = Truncation.CUT;
  private @Nullable Integer workers;
  private @Nullable BatchExecutor executor;
  private @Nullable Integer threadsPerWorker;
  private @Nullable Integer maxBatchTexts;
  private @Nullable Precision precision;
  private List<Device> devices = List.of();
  private long runBytes;
  private @Nullable Path cacheDirectory;

  BgeModelBuilder() {}

  abstract B self();

  /**
   * Sets the model; there is no default.
   *
   * @param source where the model comes from
   * @return this
   */
  public B model(ModelSource source) {
    this.source = source;
    return self();
  }

  /**
   * Sets what messages, thread names and the reports of an executor call the model. Default:
   * {@code embedder} or {@code reranker}; models that share an executor should have names of their
   * own, or their reports and metrics merge.
   *
   * @param name not blank
   * @return this
   * @throws InvalidOptionException if the name is blank
   */
  public B name(String name) {
    if (ModelOptions.notNull("name", name).isBlank()) {
      throw new InvalidOptionException("name must not be blank; leave it unset for the default");
    }
    this.name = name;
    return self();
  }

  String nameOr(String otherwise) {
    return name == null ? otherwise : name;
  }

  /**
   * Sets the most tokens that the model reads of a text or a pair, special tokens and query
   * instruction included. Default: what the model's files say; for a reranker at most
   * {@value BgeRerankerBuilder#DEFAULT_MAX_TOKENS}.
   *
   * @param tokens from the number of special tokens to what the model takes
   * @return this
   */
  public B maxTokens(int tokens) {
    this.maxTokens = tokens;
    return self();
  }

  /**
   * Sets what happens to a text or a pair that is too long. Default: {@link Truncation#CUT}.
   *
   * @param truncation the policy
   * @return this
   */
  public B truncation(Truncation truncation) {
    this.truncation = ModelOptions.notNull("truncation", truncation);
    return self();
  }

  /**
   * Sets where the model runs. Default: {@link Device#cpu()}. Nothing looks for a card unless one
   * is asked for.
   *
   * @param device any
   * @return this
   */
  public B device(Device device) {
    return devices(List.of(ModelOptions.notNull("device", device)));
  }

  /**
   * Sets several cards on which the model runs, with its weights on each; a text runs on any of
   * them.
   *
   * @param devices CUDA cards, no two alike; or one device of any kind
   * @return this
   * @throws InvalidOptionException if they are something else
   */
  public B devices(List<Device> devices) {
    List<Device> all = List.copyOf(ModelOptions.notNull("devices", devices));
    boolean cards = all.stream().allMatch(device -> device.kind() == Device.Kind.CUDA);
    if (all.isEmpty() || (all.size() > 1 && !cards) || new HashSet<>(all).size() < all.size()) {
      throw new InvalidOptionException("devices must be one, or several CUDA cards of which no two"
          + " are alike: " + all + "; leave them unset for the CPU");
    }
    this.devices = all;
    return self();
  }

  /**
   * Refuses cards that were set and cannot be used, as far as that shows without opening a model
   * there; one may still not fit into a card's memory. Does nothing for other devices. The first
   * call of a process takes some 10 ms, and some seconds more where ONNX Runtime's libraries are
   * yet to be unpacked.
   *
   * @return this
   * @throws DeviceException for the first card that cannot be used; the message says what to do
   * @throws ModelException if ONNX Runtime cannot be loaded
   */
  public B requireUsableDevices() {
    if (devices.stream().anyMatch(device -> device.kind() == Device.Kind.CUDA)) {
      Cuda.require(devices);
    }
    return self();
  }

  /**
   * Sets how much of a card's memory runs of this model may take beside its weights. Default: what
   * is free. The CUDA libraries themselves take some 100 MB more, until the JVM ends.
   *
   * @param bytes for each card, at least 1; enough for the longest text
   * @return this
   * @throws InvalidOptionException if {@code bytes} is below 1
   */
  public B deviceMemoryLimit(long bytes) {
    if (bytes < 1) {
      throw new InvalidOptionException("device memory limit must be at least 1 byte: " + bytes
          + "; leave it unset for no limit");
    }
    this.runBytes = bytes;
    return self();
  }

  /**
   * Sets how many runs of the model go on at a time. Default: the number of cores of this JVM,
   * which gives the highest throughput; on CUDA two for each card.
   *
   * @param workers number of worker threads, at least 1
   * @return this
   * @throws InvalidOptionException if {@code workers} is below 1
   */
  public B workers(int workers) {
    this.workers = ModelOptions.atLeastOne("workers", workers);
    return self();
  }

  /**
   * Sets how many cores one run uses, whatever else runs. Default: 1; but a run that finds the
   * executor idle takes the cores of the other workers too, at most four in all. The first such run
   * opens a second session for it, with weights of its own, which is for models whose layers have
   * up to 50 million weights and for graphs of our own. Vectors are the same bits either way. On
   * CUDA it cannot be set.
   *
   * @param threads number of threads of a run, at least 1
   * @return this
   * @throws InvalidOptionException if {@code threads} is below 1
   */
  public B threadsPerWorker(int threads) {
    this.threadsPerWorker = ModelOptions.atLeastOne("threads per worker", threads);
    return self();
  }

  /**
   * Sets in what numbers the linear layers compute. Default: {@link Precision#FP32} on a CPU and
   * {@link Precision#FP16} on CUDA.
   *
   * @param precision {@link Precision#FP16} is for CUDA alone, and {@link Precision#INT8} for a
   *     CPU; a file that runs as it is has its own, and takes {@link Precision#FP32} only
   * @return this
   */
  public B precision(Precision precision) {
    this.precision = ModelOptions.notNull("precision", precision);
    return self();
  }

  /**
   * Sets where weights are kept that had to be converted (fp16, bf16, from memory, or for int8).
   * Default: {@code bge4j} below {@code XDG_CACHE_HOME} or {@code .cache} in the home directory.
   * Nothing is written for a model in fp32 on disk.
   *
   * @param folder created when there is something to keep; may be shared by processes
   * @return this
   */
  public B cacheDirectory(Path folder) {
    this.cacheDirectory = ModelOptions.notNull("cache directory", folder);
    return self();
  }

  /**
   * Sets what runs the model. Default: an executor of its own, with as many workers as
   * {@link #workers(int)} says. Models that use one device share one executor, and with it the
   * workers, the queue limits and the priorities; the caller closes it after them. For CUDA it must
   * run batches in its workers alone ({@code callersRun(false)}), divided among as many devices as
   * the model has cards; two workers a card, and {@code itemMakers}, keep the cards busy.
   *
   * @param executor open; its settings hold
   * @return this
   */
  public B executor(BatchExecutor executor) {
    this.executor = ModelOptions.notNull("executor", executor);
    return self();
  }

  /**
   * Sets how many texts, also of different callers, run together at most. Default: 64, and on CUDA
   * 1,024. On a CPU only texts of equal length do, with 128 tokens together at most.
   *
   * @param texts at least 1; 1 runs every text alone
   * @return this
   * @throws InvalidOptionException if {@code texts} is below 1
   */
  public B maxBatchTexts(int texts) {
    this.maxBatchTexts = ModelOptions.atLeastOne("max batch texts", texts);
    return self();
  }

  /** Looks at the files of the model, which may have to be downloaded first. */
  ModelFiles files() {
    if (source == null) {
      throw new InvalidOptionException("a model must be set; call model(ModelSource)");
    }
    if (executor != null && executor.isClosed()) {
      throw new ClosedException(
          "the executor of a model must be open: it is closed; build models before close()");
    }
    placement().check();
    return ModelFiles.of(source);
  }

  /** Opens the model on a device that the opener is given. */
  final <T> T open(ModelFiles files, Function<DeviceChoice, T> opener) {
    return placement().open(nameOr("model"), files, opener);
  }

  private Placement placement() {
    return new Placement(devices, precision, runBytes, threadsPerWorker);
  }

  /**
   * Checks the options against the model.
   *
   * @param device where it is to run
   * @param least the fewest tokens that make sense
   * @param defaultMaxTokens what holds if the caller said nothing
   * @param pooling null for the model's own
   */
  ModelOptions options(
      ModelFiles files,
      DeviceChoice device,
      int least,
      int defaultMaxTokens,
      @Nullable Pooling pooling) {
    int limit = files.modelMaxTokens();
    int tokens = maxTokens == null ? defaultMaxTokens : maxTokens;
    if (tokens < least || tokens > limit) {
      throw new InvalidOptionException("max tokens must be from " + least + " to the model's limit "
          + limit + ": " + tokens + "; choose one of these");
    }
    if (executor != null && workers != null) {
      throw new InvalidOptionException("workers must not be set with an executor: " + workers
          + "; a shared executor has workers of its own");
    }
    int cores = Runtime.getRuntime().availableProcessors();
    boolean cuda = device.isCuda();
    int usual = cuda ? WORKERS_PER_CARD * device.devices().size() : cores;
    int own = workers == null ? usual : workers;
    int all = Math.min(cores, executor == null ? own : executor.workers());
    int texts = cuda ? DEFAULT_MAX_BATCH_TEXTS_ON_CUDA : DEFAULT_MAX_BATCH_TEXTS;
    return new ModelOptions(
        tokens,
        truncation,
        own,
        maxBatchTexts == null ? texts : maxBatchTexts,
        executor,
        pooling,
        threadsPerWorker == null ? 1 : threadsPerWorker,
        threadsPerWorker == null ? Math.min(all, MOST_THREADS_OF_LONE_RUN) : threadsPerWorker,
        placement().precisionOn(device),
        device,
        cuda ? runBytes : 0,
        cacheDirectory);
  }
}
