package io.github.bge4j;

import io.github.bge4j.internal.graph.WeightCache;
import io.github.bge4j.internal.runtime.EncoderSession;
import io.github.bge4j.internal.schedule.BatchPlanner;
import io.github.bge4j.internal.schedule.PackedBatch;
import io.github.bge4j.internal.text.HuggingFaceTokenizer;
import io.github.bge4j.internal.text.TextEncoder;
import io.github.bge4j.internal.text.TokenizedText;
import io.github.bge4j.internal.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Settings of a {@link BgeEmbedder}. Not thread-safe. */
public final class BgeEmbedderBuilder {

  /** {@code [CLS]} and {@code [SEP]}. */
  private static final int LEAST_MAX_TOKENS = 2;

  private @Nullable ModelSource source;
  private @Nullable Pooling pooling;
  private @Nullable Integer maxTokens;
  private Truncation truncation = Truncation.CUT;
  private String queryInstruction = "";
  private boolean normalize = true;
  private int workers = Runtime.getRuntime().availableProcessors();
  private int threadsPerWorker = 1;
  private Path cacheDirectory = WeightCache.defaultFolder();

  BgeEmbedderBuilder() {}

  /**
   * Sets the model; there is no default.
   *
   * @param source where the model comes from
   * @return this
   */
  public BgeEmbedderBuilder model(ModelSource source) {
    this.source = source;
    return this;
  }

  /**
   * Sets how token states become a vector. Default: {@link Pooling#CLS}. A model whose output is
   * pooled already takes no choice.
   *
   * @param pooling the method
   * @return this
   */
  public BgeEmbedderBuilder pooling(Pooling pooling) {
    this.pooling = pooling;
    return this;
  }

  /**
   * Sets the most tokens that the model reads of a text, special tokens and query instruction
   * included. Default: what the model takes.
   *
   * @param tokens from 2 to what the model takes
   * @return this
   */
  public BgeEmbedderBuilder maxTokens(int tokens) {
    this.maxTokens = tokens;
    return this;
  }

  /**
   * Sets what happens to a text that is too long. Default: {@link Truncation#CUT}.
   *
   * @param truncation the policy
   * @return this
   */
  public BgeEmbedderBuilder truncation(Truncation truncation) {
    this.truncation = notNull("truncation", truncation);
    return this;
  }

  /**
   * Sets what is put before every {@link InputType#QUERY}. Default: nothing.
   *
   * @param instruction one of {@link QueryInstructions}, or another text that the model was trained
   *     with
   * @return this
   */
  public BgeEmbedderBuilder queryInstruction(String instruction) {
    this.queryInstruction = notNull("query instruction", instruction);
    return this;
  }

  /**
   * Sets whether dense vectors and the rows of multi-vectors are scaled to length 1 (L2). Default:
   * true.
   *
   * @param normalize false for the vectors as the model gives them
   * @return this
   */
  public BgeEmbedderBuilder normalize(boolean normalize) {
    this.normalize = normalize;
    return this;
  }

  /**
   * Sets how many runs of the model go on at a time. Default: the number of cores of this JVM,
   * which gives the highest throughput.
   *
   * @param workers number of worker threads, at least 1
   * @return this
   * @throws InvalidOptionException if {@code workers} is below 1
   */
  public BgeEmbedderBuilder workers(int workers) {
    this.workers = atLeastOne("workers", workers);
    return this;
  }

  /**
   * Sets how many cores one run uses. Default: 1. Where one text at a time must be fast, take the
   * number of cores and one worker.
   *
   * @param threads number of threads of a run, at least 1
   * @return this
   * @throws InvalidOptionException if {@code threads} is below 1
   */
  public BgeEmbedderBuilder threadsPerWorker(int threads) {
    this.threadsPerWorker = atLeastOne("threads per worker", threads);
    return this;
  }

  /**
   * Sets where weights are kept that had to be converted (fp16, bf16, or from memory). Default:
   * {@code bge4j} below {@code XDG_CACHE_HOME} or {@code .cache} in the home directory. Nothing is
   * written for a model in fp32 on disk.
   *
   * @param folder created when there is something to keep; may be shared by processes
   * @return this
   */
  public BgeEmbedderBuilder cacheDirectory(Path folder) {
    this.cacheDirectory = notNull("cache directory", folder);
    return this;
  }

  private static <T> T notNull(String option, T value) {
    if (value == null) {
      throw new InvalidOptionException(
          option + " must not be null; leave it unset for the default");
    }
    return value;
  }

  private static int atLeastOne(String option, int value) {
    if (value < 1) {
      throw new InvalidOptionException(
          option + " must be at least 1: " + value + "; leave it unset for the default");
    }
    return value;
  }

  /**
   * Opens the model; one that cannot be used fails here. Takes the time to pack the weights.
   *
   * @return an embedder, which the caller closes
   * @throws InvalidOptionException if an option is out of bounds or does not fit the model
   * @throws ModelException if a file is missing, damaged or of a kind that cannot be used
   */
  public BgeEmbedder build() {
    if (source == null) {
      throw new InvalidOptionException("a model must be set; call model(ModelSource)");
    }
    ModelFiles files = ModelFiles.of(source);
    EmbedderOptions options =
        new EmbedderOptions(checkedMaxTokens(files), truncation, queryInstruction, workers);
    SessionSettings settings = new SessionSettings(pooling, threadsPerWorker, cacheDirectory);
    // A large vocabulary takes as long to read as weights take to pack.
    CompletableFuture<Tokenizer> opening = CompletableFuture.supplyAsync(
        () -> openTokenizer(files.tokenizer()), BgeEmbedderBuilder::inThreadOfItsOwn);
    Deque<Runnable> undo = new ArrayDeque<>();
    undo.push(() -> close(opening));
    try {
      EncoderSession session = files.open(settings, () -> probe(join(opening)));
      undo.push(session::close);
      Tokenizer tokenizer = join(opening);
      TextEncoder encoder = new TextEncoder(tokenizer, options.maxTokens());
      EmbeddingShaper shaper =
          new EmbeddingShaper(normalize, ids(tokenizer, files.unweightedTokens()));
      BgeEmbedder embedder = new BgeEmbedder(tokenizer, encoder, session, shaper, options);
      undo.clear();
      return embedder;
    } finally {
      undo.forEach(Runnable::run);
    }
  }

  /** Not in the common pool, whose threads do not have the caller's class loader. */
  private static void inThreadOfItsOwn(Runnable task) {
    Thread thread = new Thread(task, "bge-tokenizer-opening");
    thread.setDaemon(true);
    thread.start();
  }

  private static Tokenizer openTokenizer(ModelFile file) {
    return HuggingFaceTokenizer.open(file.read(), file.name());
  }

  private static Tokenizer join(CompletableFuture<Tokenizer> opening) {
    try {
      return opening.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof BgeException reason) {
        throw reason;
      }
      throw e;
    }
  }

  private int checkedMaxTokens(ModelFiles files) {
    int limit = files.modelMaxTokens();
    int tokens = maxTokens == null ? files.defaultMaxTokens() : maxTokens;
    if (tokens < LEAST_MAX_TOKENS || tokens > limit) {
      throw new InvalidOptionException("max tokens must be from " + LEAST_MAX_TOKENS
          + " to the model's limit " + limit + ": " + tokens + "; choose one of these");
    }
    return tokens;
  }

  private static Set<Integer> ids(Tokenizer tokenizer, Set<String> specialTokens) {
    Set<Integer> ids = new HashSet<>();
    for (String token : specialTokens) {
      int[] encoded = tokenizer.encode(token);
      if (encoded.length != 1) {
        throw new ModelException(
            "special token " + token + " must be one token of the tokenizer: it is "
                + encoded.length + "; do the files of the model belong together?");
      }
      ids.add(encoded[0]);
    }
    return ids;
  }

  private static void close(CompletableFuture<Tokenizer> opening) {
    try {
      join(opening).close();
    } catch (BgeException | CompletionException e) {
      // It did not open; build() throws this or what went wrong before.
    }
  }

  private static PackedBatch probe(Tokenizer tokenizer) {
    TokenizedText text = new TextEncoder(tokenizer, LEAST_MAX_TOKENS).encode("");
    return new BatchPlanner(1).plan(List.of(text)).get(0);
  }
}
