package io.github.bge4j.qdrant;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.InvalidOptionException;
import io.github.bge4j.InvalidTextException;
import io.qdrant.client.QdrantClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Stores documents in a collection of Qdrant: cut into chunks, embedded, and written in batches,
 * while the next ones are embedded.
 *
 * <pre>{@code
 * IngestReport report = QdrantIngest.builder(client, embedder, spec)
 *     .checkpoint(Path.of("books.checkpoint"))
 *     .build()
 *     .run(documents);
 * }</pre>
 *
 * <p>A run that ends early, however it ends, is run again on the same input: what the server
 * acknowledged is skipped, and what it may have taken is written again under the same ids. A
 * document that the collection had before is replaced, whatever number of chunks it had. What comes
 * after that in the input may be edited before. Before a run goes on and at the end of every run
 * the points are counted.
 *
 * <p>Immutable. One run at a time has a checkpoint. Neither client nor embedder is closed. Memory:
 * about ten requests ({@link Builder#maxRequestBytes}), and {@link DocumentIds} of the input.
 */
public final class QdrantIngest {

  private final QdrantClient client;
  private final BgeEmbedder embedder;
  private final IngestSettings settings;
  private final Consumer<IngestProgress> listener;
  private final DoubleSupplier shares;
  private final Calls.Sleeper sleeper;

  private QdrantIngest(Builder builder, IngestSettings settings) {
    this.client = builder.client;
    this.embedder = builder.embedder;
    this.settings = settings;
    this.listener = builder.listener;
    this.shares = builder.shares;
    this.sleeper = builder.sleeper;
  }

  /**
   * Returns a builder.
   *
   * @param client of the server; the caller closes it
   * @param embedder of the model that the specification names; the caller closes it
   * @param spec the collection
   * @return a new builder
   */
  public static Builder builder(QdrantClient client, BgeEmbedder embedder, CollectionSpec spec) {
    return new Builder(client, embedder, spec);
  }

  /**
   * Stores documents, and goes on where an earlier run with the same checkpoint ended.
   *
   * @param documents read once, in the calling thread, no faster than they are stored; for a run
   *     that goes on from the first document again
   * @return what was done
   * @throws CollectionMismatchException if the collection is another than the specification says
   * @throws InvalidOptionException if an id comes twice, the input, the settings or the server of a
   *     run that goes on have changed, a point is larger than a request, or the checkpoint cannot
   *     be read or written
   * @throws InvalidTextException if a text is malformed
   * @throws StoreException if a call fails for good, points are missing or too many, or the thread
   *     is interrupted (its flag is kept)
   */
  public IngestReport run(Iterable<SourceDocument> documents) {
    Calls calls = new Calls(settings.retry(), shares, sleeper);
    Store store = new Store(client, settings.spec().collection(), calls, settings.timeout());
    Schema schema = Schema.of(settings.spec(), embedder);
    Checkpoint checkpoint = checkpoint(store, schema);
    Iterator<SourceDocument> input = documents.iterator();
    return new IngestRun(settings, embedder, schema, store, checkpoint, listener).run(input, calls);
  }

  private Checkpoint checkpoint(Store store, Schema schema) {
    String fixed = settings.fixed(client.grpcClient().channel().authority(), embedder.precision());
    UUID part = settings.part();
    if (part != null) {
      store.check(schema);
      return Checkpoint.begin(null, fixed, part, true);
    }
    Checkpoint checkpoint = Checkpoint.read(settings.checkpoint(), fixed);
    boolean holdsPoints = store.prepare(schema, settings.adopts());
    return checkpoint == null
        ? Checkpoint.begin(settings.checkpoint(), fixed, UUID.randomUUID(), holdsPoints)
        : checkpoint;
  }

  /**
   * Begins an ingest in {@linkplain Builder#part parts}: creates the collection if it is not there,
   * or compares it with the specification. Called once before all parts; other runs do so
   * themselves.
   *
   * @return names this ingest, and no other: new at every call
   * @throws CollectionMismatchException if the collection is another than the specification says
   * @throws StoreException if a call fails for good, or the thread is interrupted (its flag is
   *     kept)
   */
  public UUID prepare() {
    Calls calls = new Calls(settings.retry(), shares, sleeper);
    new Store(client, settings.spec().collection(), calls, settings.timeout())
        .prepare(Schema.of(settings.spec(), embedder), settings.adopts());
    return UUID.randomUUID();
  }

  /** Settings of a {@link QdrantIngest}. Not thread-safe. */
  public static final class Builder {

    /** As long as texts that most retrieval models were trained with. */
    private static final int DEFAULT_CHUNK_TOKENS = 512;

    private static final int DEFAULT_OVERLAP_SHARE = 8;
    private static final int LEAST_CHUNK_TOKENS = 16;
    private static final int DEFAULT_BATCH_CHUNKS = 64;
    private static final int DEFAULT_REQUEST_BYTES = 8 << 20;

    /** Below 32 MiB, Qdrant's limit for REST; a request has some bytes beside its points. */
    private static final int MOST_REQUEST_BYTES = 31 << 20;

    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);

    private final QdrantClient client;
    private final BgeEmbedder embedder;
    private final CollectionSpec spec;
    private @Nullable Integer chunkTokens;
    private @Nullable Integer overlapTokens;
    private boolean titles = true;
    private int batchChunks = DEFAULT_BATCH_CHUNKS;
    private int maxRequestBytes = DEFAULT_REQUEST_BYTES;
    private boolean adopts;
    private Duration timeout = DEFAULT_TIMEOUT;
    private RetryPolicy retry = RetryPolicy.DEFAULT;
    private @Nullable Path checkpoint;
    private @Nullable UUID part;
    private Consumer<IngestProgress> listener = progress -> {};
    private DoubleSupplier shares = () -> ThreadLocalRandom.current().nextDouble();
    private Calls.Sleeper sleeper = pause -> Thread.sleep(pause.toMillis());

    private Builder(QdrantClient client, BgeEmbedder embedder, CollectionSpec spec) {
      this.client = client;
      this.embedder = embedder;
      this.spec = spec;
    }

    /**
     * Sets the most tokens of a chunk, title and special tokens included. Default: 512, or what the
     * model takes if that is less.
     *
     * @param tokens from 16 to the embedder's {@link BgeEmbedder#maxTokens()}
     * @return this
     */
    public Builder chunkTokens(int tokens) {
      this.chunkTokens = tokens;
      return this;
    }

    /**
     * Sets how many tokens a chunk has in common with the one before, about. Default: an eighth of
     * a chunk.
     *
     * @param tokens from 0 to half of a chunk
     * @return this
     */
    public Builder overlapTokens(int tokens) {
      this.overlapTokens = tokens;
      return this;
    }

    /**
     * Sets whether the title is put before the text of every chunk. Default: true.
     *
     * @param titles false to embed the text alone
     * @return this
     */
    public Builder titles(boolean titles) {
      this.titles = titles;
      return this;
    }

    /**
     * Sets how many chunks are embedded in one call and written in one request at most. Default:
     * 64; on CUDA more are faster.
     *
     * @param chunks at least 1
     * @return this
     */
    public Builder batchChunks(int chunks) {
      this.batchChunks = chunks;
      return this;
    }

    /**
     * Sets how large a request is at most. Default: 8 MiB. A ColBERT vector of BGE-M3 takes 4 KiB a
     * token.
     *
     * @param bytes from 1 KiB to 31 MiB
     * @return this
     */
    public Builder maxRequestBytes(int bytes) {
      this.maxRequestBytes = bytes;
      return this;
    }

    /**
     * Sets whether a collection whose metadata say nothing of its model is taken for one of this
     * model, and marked so if its vectors fit. Default: false.
     *
     * @param adopts true for a collection that others made with the same model and mapping
     * @return this
     */
    public Builder adoptUnmarked(boolean adopts) {
      this.adopts = adopts;
      return this;
    }

    /**
     * Sets how long one attempt of a call may take. Default: 60 s.
     *
     * @param timeout more than 0
     * @return this
     */
    public Builder timeout(Duration timeout) {
      this.timeout = timeout;
      return this;
    }

    /**
     * Sets what is done about calls that fail. Default: {@link RetryPolicy#DEFAULT}.
     *
     * @param retry the policy
     * @return this
     */
    public Builder retry(RetryPolicy retry) {
      this.retry = retry;
      return this;
    }

    /**
     * Sets the file that says how far a run came; deleted when the run is complete. Default: none:
     * a run that ended early is run again from the start, which gives the same points.
     *
     * @param file in a folder that exists
     * @return this
     */
    public Builder checkpoint(Path file) {
      this.checkpoint = file;
      return this;
    }

    /**
     * Makes every run an attempt at one part of a larger ingest, such as a partition of a cluster's
     * data set. Whatever attempts are made at a part, one after another or at the same time, leave
     * the same points; one that comes late, when a later ingest of the same documents is complete,
     * takes none of its points away, but would put back old ones of documents that have changed. An
     * id must not be in two parts, and all attempts at a part have the same documents and settings.
     * Default: none.
     *
     * @param ingest what {@link QdrantIngest#prepare} returned, once for all parts
     * @param number the same for all attempts at this part, another for every other part
     * @return this
     * @throws InvalidOptionException if {@code ingest} is null
     */
    public Builder part(UUID ingest, int number) {
      if (ingest == null) {
        throw new InvalidOptionException(
            "a part must be of an ingest: null is none; pass what prepare() returned");
      }
      this.part = PointIds.version5(ingest, String.valueOf(number));
      return this;
    }

    /**
     * Sets what is told of the progress, in the thread of the run, after every batch. Default:
     * nothing.
     *
     * @param listener must be quick, and not throw
     * @return this
     */
    public Builder listener(Consumer<IngestProgress> listener) {
      this.listener = listener;
      return this;
    }

    /** For tests: random numbers and a clock of their own. */
    Builder pauses(DoubleSupplier shares, Calls.Sleeper sleeper) {
      this.shares = shares;
      this.sleeper = sleeper;
      return this;
    }

    /**
     * Makes the ingest; calls nobody.
     *
     * @return with the settings of now
     * @throws InvalidOptionException if a number is out of bounds, or the model does not give an
     *     output of the specification, or a part has a checkpoint
     */
    public QdrantIngest build() {
      if (!embedder.outputs().containsAll(spec.outputs())) {
        throw new InvalidOptionException("a collection must have vectors that its model gives, "
            + embedder.outputs() + ": " + spec.outputs() + "; BGE-M3 gives all three");
      }
      int chunk =
          chunkTokens == null ? Math.min(DEFAULT_CHUNK_TOKENS, embedder.maxTokens()) : chunkTokens;
      int overlap = overlapTokens == null ? chunk / DEFAULT_OVERLAP_SHARE : overlapTokens;
      check("tokens of a chunk", chunk, LEAST_CHUNK_TOKENS, embedder.maxTokens());
      check("tokens of overlap", overlap, 0, chunk / 2);
      check("chunks of a batch", batchChunks, 1, Integer.MAX_VALUE);
      check("bytes of a request", maxRequestBytes, 1 << 10, MOST_REQUEST_BYTES);
      if (timeout.isNegative() || timeout.isZero()) {
        throw new InvalidOptionException("a timeout must be above 0: " + timeout);
      }
      if (part != null && checkpoint != null) {
        throw new InvalidOptionException(
            "a part must have no checkpoint, as it is written again as a whole: it has "
                + checkpoint + "; leave it out");
      }
      return new QdrantIngest(
          this,
          new IngestSettings(
              spec,
              chunk,
              overlap,
              titles,
              batchChunks,
              maxRequestBytes,
              adopts,
              timeout,
              retry,
              checkpoint,
              part));
    }

    private static void check(String what, int value, int least, int most) {
      if (value < least || value > most) {
        throw new InvalidOptionException(what + " must be from " + least + " to " + most + ": "
            + value + "; choose a number there");
      }
    }
  }
}
