package io.github.bge4j.qdrant;

import static io.qdrant.client.QueryFactory.fusion;
import static io.qdrant.client.QueryFactory.rrf;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.BgeReranker;
import io.github.bge4j.Embedding;
import io.github.bge4j.InputType;
import io.github.bge4j.InvalidOptionException;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Points.Fusion;
import io.qdrant.client.grpc.Points.Query;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.Rrf;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Answers questions from a collection of Qdrant. The server finds candidates by the dense and the
 * sparse vector, fuses both lists, and scores them again by the ColBERT vectors, as far as the
 * specification names these, all in one call; a reranker orders the best again in this process.
 *
 * <pre>{@code
 * QdrantSearch search = QdrantSearch.builder(client, embedder, spec).reranker(reranker).build();
 * List<SearchHit> hits = search.search("What do pandas eat?", 10);
 * }</pre>
 *
 * <p>Immutable and thread-safe. Closes none of what it is given.
 */
public final class QdrantSearch {

  private final QdrantClient client;
  private final BgeEmbedder embedder;
  private final CollectionSpec spec;
  private final Query fusion;
  private final int candidates;
  private final @Nullable BgeReranker reranker;
  private final int rerankDepth;
  private final Duration timeout;
  private final RetryPolicy retry;

  private QdrantSearch(Builder builder) {
    this.client = builder.client;
    this.embedder = builder.embedder;
    this.spec = builder.spec;
    this.fusion = builder.fusion;
    this.candidates = builder.candidates;
    this.reranker = builder.reranker;
    this.rerankDepth = builder.rerankDepth;
    this.timeout = builder.timeout;
    this.retry = builder.retry;
  }

  /**
   * Returns a builder.
   *
   * @param client of the server; the caller closes it
   * @param embedder of the model that the specification names; the caller closes it
   * @param spec the collection; vectors of it that this does not name are not used
   * @return a new builder
   */
  public static Builder builder(QdrantClient client, BgeEmbedder embedder, CollectionSpec spec) {
    return new Builder(client, embedder, spec);
  }

  /**
   * Finds the best chunks of all; see {@link #search(String, int, Filter)}.
   *
   * @param question the question, may be empty
   * @param hits how many at most, at least 1
   * @return the best first
   */
  public List<SearchHit> search(String question, int hits) {
    return search(question, hits, Filter.getDefaultInstance());
  }

  /**
   * Finds the best chunks among some.
   *
   * @param question the question, may be empty
   * @param hits how many at most, at least 1
   * @param filter which points count, for example {@code matchKeyword("metadata.language", "en")}
   *     of the client's {@code ConditionFactory}
   * @return the best first
   * @throws InvalidOptionException if {@code hits} is below 1
   * @throws StoreException if the call fails for good, or the thread is interrupted (its flag is
   *     kept)
   */
  public List<SearchHit> search(String question, int hits, Filter filter) {
    Builder.atLeastOne("hits", hits);
    Embedding embedded = embedder.embed(question, InputType.QUERY, spec.outputArray());
    int found = reranker == null ? hits : Math.max(hits, rerankDepth);
    List<SearchHit> answer = ask(embedded, found, filter);
    return reranker == null || answer.isEmpty()
        ? answer
        : reranked(reranker, question, answer, hits);
  }

  /**
   * Finds the best chunks among some for a question that is embedded already, as by a framework's
   * retriever.
   *
   * @param question as {@link InputType#QUERY}, with the outputs of the specification
   * @param hits how many at most, at least 1
   * @param filter which points count; {@code Filter.getDefaultInstance()} for all
   * @return the best first
   * @throws InvalidOptionException if {@code hits} is below 1, the embedding lacks an output, or
   *     this search has a reranker, which would read the text
   * @throws StoreException if the call fails for good, or the thread is interrupted (its flag is
   *     kept)
   */
  public List<SearchHit> search(Embedding question, int hits, Filter filter) {
    Builder.atLeastOne("hits", hits);
    if (reranker != null) {
      throw new InvalidOptionException("a search by an embedding must have no reranker, which reads"
          + " the question: this has one; search by the question, or rerank what is found");
    }
    return ask(question, hits, filter);
  }

  private List<SearchHit> ask(Embedding question, int hits, Filter filter) {
    QueryPoints request = new SearchRequest(spec, fusion, candidates, filter).of(question, hits);
    return new Calls(retry, ThreadLocalRandom.current()::nextDouble, Builder.SLEEPER)
            .call(
                "collection " + spec.collection() + " must be searched",
                () -> client.queryAsync(request, timeout))
            .stream()
            .map(SearchRequest::hit)
            .toList();
  }

  private static List<SearchHit> reranked(
      BgeReranker reranker, String question, List<SearchHit> found, int hits) {
    return reranker.rerank(question, found, SearchHit::passage, hits).stream()
        .map(ranked -> {
          SearchHit hit = ranked.document();
          return new SearchHit(
              hit.documentId(),
              hit.chunk(),
              hit.title(),
              hit.text(),
              ranked.score(),
              hit.metadata());
        })
        .toList();
  }

  /** Settings of a {@link QdrantSearch}. Not thread-safe. */
  public static final class Builder {

    private static final int DEFAULT_CANDIDATES = 100;
    private static final int DEFAULT_RERANK_DEPTH = 50;

    /** The constant of the paper that named the method. */
    private static final int DEFAULT_RRF_CONSTANT = 60;

    private static final Calls.Sleeper SLEEPER = pause -> Thread.sleep(pause.toMillis());

    private final QdrantClient client;
    private final BgeEmbedder embedder;
    private final CollectionSpec spec;
    private Query fusion = ranks(DEFAULT_RRF_CONSTANT);
    private int candidates = DEFAULT_CANDIDATES;
    private @Nullable BgeReranker reranker;
    private int rerankDepth = DEFAULT_RERANK_DEPTH;
    private Duration timeout = Duration.ofSeconds(20);
    private RetryPolicy retry = new RetryPolicy(3, Duration.ofMillis(100), Duration.ofSeconds(2));

    private Builder(QdrantClient client, BgeEmbedder embedder, CollectionSpec spec) {
      this.client = client;
      this.embedder = embedder;
      this.spec = spec;
    }

    /**
     * Fuses the lists by reciprocal ranks, 1 / (constant + rank), ranks from 1. The default, with
     * 60. Qdrant's k is one more, as its ranks are from 0; its own default is 1 here, which favours
     * the first ranks more.
     *
     * @param constant at least 1
     * @return this
     * @throws InvalidOptionException if it is below 1
     */
    public Builder reciprocalRanks(int constant) {
      this.fusion = ranks(atLeastOne("the constant of RRF", constant));
      return this;
    }

    private static Query ranks(int constant) {
      return rrf(Rrf.newBuilder().setK(constant + 1).build());
    }

    /**
     * Fuses the lists by their scores, each scaled by its mean and deviation (DBSF).
     *
     * @return this
     */
    public Builder scaledScores() {
      this.fusion = fusion(Fusion.DBSF);
      return this;
    }

    /**
     * Sets how many points each vector finds to be fused and scored again. Default: 100, or as many
     * as are asked for.
     *
     * @param points at least 1
     * @return this
     */
    public Builder candidates(int points) {
      this.candidates = atLeastOne("candidates", points);
      return this;
    }

    /**
     * Orders the best in this process again. Default: by nothing.
     *
     * @param reranker the caller closes it
     * @return this
     */
    public Builder reranker(BgeReranker reranker) {
      this.reranker = reranker;
      return this;
    }

    /**
     * Sets how many points the reranker reads. Default: 50, or as many as are asked for.
     *
     * @param points at least 1
     * @return this
     */
    public Builder rerankDepth(int points) {
      this.rerankDepth = atLeastOne("points to rerank", points);
      return this;
    }

    /**
     * Sets how long one attempt of a call may take. Default: 20 s.
     *
     * @param timeout more than 0
     * @return this
     */
    public Builder timeout(Duration timeout) {
      this.timeout = timeout;
      return this;
    }

    /**
     * Sets what is done about calls that fail. Default: three attempts within half a second.
     *
     * @param retry the policy
     * @return this
     */
    public Builder retry(RetryPolicy retry) {
      this.retry = retry;
      return this;
    }

    private static int atLeastOne(String what, int value) {
      if (value < 1) {
        throw new InvalidOptionException(what + " must be at least 1: " + value);
      }
      return value;
    }

    /**
     * Looks at the collection.
     *
     * @return a search of it
     * @throws CollectionMismatchException if it is another than the specification says
     * @throws StoreException if it cannot be read
     */
    public QdrantSearch build() {
      Calls calls = new Calls(retry, ThreadLocalRandom.current()::nextDouble, SLEEPER);
      Schema.of(spec, embedder)
          .check(calls.call(
              "collection " + spec.collection() + " must be read",
              () -> client.getCollectionInfoAsync(spec.collection(), timeout)));
      return new QdrantSearch(this);
    }
  }
}
