package io.github.bge4j;

import io.github.bge4j.batching.BatchExecutor;
import java.nio.file.Path;
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

  /** Beyond so many threads a short text has too little work for each. */
  private static final int MOST_THREADS_OF_LONE_RUN = 4;

  private @Nullable ModelSource source;
  private @Nullable Integer maxTokens;
  private @Nullable String name;
  private Truncation truncation = Truncation.CUT;
  private @Nullable Integer workers;
  private @Nullable BatchExecutor executor;
  private @Nullable Integer threadsPerWorker;
  private int maxBatchTexts = DEFAULT_MAX_BATCH_TEXTS;
  private Precision precision = Precision.FP32;
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
   * Sets how many runs of the model go on at a time. Default: the number of cores of this JVM,
   * which gives the highest throughput.
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
   * up to 50 million weights and for graphs of our own. Vectors are the same bits either way.
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
   * Sets in what numbers the linear layers compute. Default: {@link Precision#FP32}.
   *
   * @param precision what is not {@link Precision#FP32} is refused by {@code build()} for a file
   *     that runs as it is, which has its own
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
   * workers, the queue limits and the priorities; the caller closes it after them.
   *
   * @param executor open; its settings hold
   * @return this
   */
  public B executor(BatchExecutor executor) {
    this.executor = ModelOptions.notNull("executor", executor);
    return self();
  }

  /**
   * Sets how many texts, also of different callers, run together at most. Default: 64. On a CPU
   * only texts of equal length do, with 128 tokens together at most.
   *
   * @param texts at least 1; 1 runs every text alone
   * @return this
   * @throws InvalidOptionException if {@code texts} is below 1
   */
  public B maxBatchTexts(int texts) {
    this.maxBatchTexts = ModelOptions.atLeastOne("max batch texts", texts);
    return self();
  }

  /** Looks at the files of the model. */
  ModelFiles files() {
    if (source == null) {
      throw new InvalidOptionException("a model must be set; call model(ModelSource)");
    }
    if (executor != null && executor.isClosed()) {
      throw new ClosedException(
          "the executor of a model must be open: it is closed; build models before close()");
    }
    return ModelFiles.of(source);
  }

  /**
   * Checks the options against the model.
   *
   * @param least the fewest tokens that make sense
   * @param defaultMaxTokens what holds if the caller said nothing
   * @param pooling null for the model's own
   */
  ModelOptions options(
      ModelFiles files, int least, int defaultMaxTokens, @Nullable Pooling pooling) {
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
    int own = workers == null ? cores : workers;
    int all = Math.min(cores, executor == null ? own : executor.workers());
    return new ModelOptions(
        tokens,
        truncation,
        own,
        maxBatchTexts,
        executor,
        pooling,
        threadsPerWorker == null ? 1 : threadsPerWorker,
        threadsPerWorker == null ? Math.min(all, MOST_THREADS_OF_LONE_RUN) : threadsPerWorker,
        precision,
        cacheDirectory);
  }
}
