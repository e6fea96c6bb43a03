package io.github.bge4j;

import io.github.bge4j.batching.Lane;
import io.github.bge4j.batching.RequestOptions;
import io.github.bge4j.internal.runtime.EncoderSession;
import io.github.bge4j.internal.text.PairEncoder;
import io.github.bge4j.internal.text.TokenizedText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A BGE cross-encoder in this process: a query and passages in, their relevance out.
 *
 * <pre>{@code
 * try (BgeReranker reranker = BgeReranker.builder().model(source).build()) {
 *   for (RankedDocument<String> hit : reranker.rerank("What do pandas eat?", passages, 3)) {
 *     System.out.println(hit.score() + " " + hit.document());
 *   }
 * }
 * }</pre>
 *
 * <p>The score of a pair does not depend on the pairs around it, on their order or on the number of
 * callers and workers: on one machine it is the same bit for bit.
 *
 * <p>A query is cut to three quarters of the limit, then the passage to what is left (FlagEmbedding
 * 1.4.0); the result says whether anything was cut.
 *
 * <p>Thread-safe: make one and share it. Callers wait while the
 * {@linkplain BgeRerankerBuilder#workers workers} compute; pairs of concurrent callers form
 * batches. A call tokenizes its query once, and its passages as its turn comes. Whoever builds it
 * closes it. Native memory: the weights once, and working memory that grows with the workers and
 * the longest pair.
 */
public final class BgeReranker implements AutoCloseable {

  private final ModelRunner<PairScore> runner;
  private final DeviceChoice device;
  private final PairEncoder encoder;

  /** Takes over the runner. */
  BgeReranker(ModelRunner<PairScore> runner, DeviceChoice device, PairEncoder encoder) {
    this.runner = runner;
    this.device = device;
    this.encoder = encoder;
  }

  /**
   * Returns a builder; only its {@linkplain BgeRerankerBuilder#model model} has no default.
   *
   * @return a new builder
   */
  public static BgeRerankerBuilder builder() {
    return new BgeRerankerBuilder();
  }

  /**
   * Returns where the model runs, and why there.
   *
   * @return the devices it was opened on
   */
  public DeviceChoice device() {
    return device;
  }

  /**
   * Returns in what numbers the linear layers compute.
   *
   * @return what was asked for, or what is usual on the device; for a file that runs as it is
   *     {@link Precision#FP32}, whatever its own is
   */
  public Precision precision() {
    return runner.precision();
  }

  /**
   * Returns the most tokens that the model reads of a pair, special tokens included.
   *
   * @return the limit this reranker was built with
   */
  public int maxTokens() {
    return runner.maxTokens();
  }

  /**
   * Scores one pair; see {@link #scores(List)}.
   *
   * @param query the query, may be empty
   * @param passage the passage, may be empty
   * @return its score
   */
  public double score(String query, String passage) {
    // Not List.of, which refuses a null text with an exception of its own.
    return scores(query, Arrays.asList(passage)).get(0).score();
  }

  /**
   * Scores passages for one query; see {@link #scores(List)}.
   *
   * @param query the query, may be empty
   * @param passages at least one passage
   * @return one score a passage, in input order
   */
  public List<PairScore> scores(String query, List<String> passages) {
    return scores(query, passages, RequestOptions.query());
  }

  /**
   * Scores passages for one query; see {@link #scores(List, RequestOptions)}.
   *
   * @param query the query, may be empty
   * @param passages at least one passage
   * @param request deadline, whether to wait for room, and the lane, if not that of queries
   * @return one score a passage, in input order
   */
  public List<PairScore> scores(String query, List<String> passages, RequestOptions request) {
    return scores(pairs(query, passages), request);
  }

  private static List<TextPair> pairs(String query, List<String> passages) {
    CallTexts.checkNotEmpty("passage", passages);
    CallTexts.checkWellFormed("query", -1, query);
    return passages.stream().map(passage -> new TextPair(query, passage)).toList();
  }

  /**
   * Scores pairs; see {@link #scores(List, RequestOptions)}. They get four times the share of
   * passages that are embedded, and the caller waits as long as it takes.
   *
   * @param pairs at least one pair
   * @return one score a pair, in input order
   */
  public List<PairScore> scores(List<TextPair> pairs) {
    return scores(pairs, RequestOptions.query());
  }

  /**
   * Scores pairs. Give many at once: the workers share them, and pairs of several callers run
   * together. Calls are served in their order, small ones beside large ones.
   *
   * @param pairs at least one pair
   * @param request deadline, whether to wait for room, and the lane, if not that of queries
   * @return one score a pair, in input order
   * @throws InvalidOptionException if the request is null
   * @throws InvalidTextException if the list is null or empty, a pair or a text is null, a text
   *     holds a lone surrogate, or a text must be cut and the policy is {@link Truncation#ERROR}
   * @throws BusyException if too much is waiting, or the call could not be done by its deadline
   * @throws DeadlineException if the deadline passes
   * @throws InferenceException if the model fails, or the calling thread is interrupted (its flag
   *     is kept)
   * @throws ClosedException if the reranker is closed before the result is complete
   */
  public List<PairScore> scores(List<TextPair> pairs, RequestOptions request) {
    return runner.call(
        callTexts(pairs), EncoderSession.LOGITS, CallTexts.inLane(Lane.QUERY, request));
  }

  private CallTexts callTexts(List<TextPair> pairs) {
    CallTexts.checkNotEmpty("pair", pairs);
    List<TextPair> checked = new ArrayList<>(pairs);
    String query = "";
    for (int i = 0; i < checked.size(); i++) {
      query = check(i, checked.get(i), query);
    }
    return new CallTexts(checked.size(), new PairTexts(checked, encoder)::encode, this::tooLong);
  }

  /**
   * Checks a pair.
   *
   * @param checkedQuery a query that needs no second look
   * @return its query
   */
  private static String check(int index, TextPair pair, String checkedQuery) {
    if (pair == null) {
      throw new InvalidTextException(index, "pair " + index + " must not be null; leave it out");
    }
    if (!checkedQuery.equals(pair.query())) {
      CallTexts.checkWellFormed("query", index, pair.query());
    }
    CallTexts.checkWellFormed("passage", index, pair.passage());
    return pair.query();
  }

  private String tooLong(int number, TokenizedText pair) {
    return pair.fullLength() > maxTokens()
        ? "pair " + number + " has at least " + pair.fullLength() + " tokens, the limit is "
            + maxTokens()
        : "query " + number + " has more than " + encoder.maxQueryTokens()
            + " tokens, the limit of a query";
  }

  /**
   * Orders passages by their relevance to a query; see {@link #rerank(String, List, Function,
   * int)}.
   *
   * @param query the query, may be empty
   * @param passages at least one passage
   * @return all passages, best first
   */
  public List<RankedDocument<String>> rerank(String query, List<String> passages) {
    return rerank(query, passages, Integer.MAX_VALUE);
  }

  /**
   * Finds the passages that are most relevant to a query; see {@link #rerank(String, List,
   * Function, int)}.
   *
   * @param query the query, may be empty
   * @param passages at least one passage
   * @param topN how many at most, at least 1
   * @return the best passages, best first
   */
  public List<RankedDocument<String>> rerank(String query, List<String> passages, int topN) {
    return rerank(query, passages, Function.identity(), topN);
  }

  /**
   * Orders passages within a deadline; see {@link #rerank(String, List, Function, int,
   * RequestOptions)}.
   *
   * @param query the query, may be empty
   * @param passages at least one passage
   * @param topN how many of the best to return, at least 1
   * @param request deadline, whether to wait for room, and the lane, if not that of queries
   * @return at most {@code topN} passages, best first
   */
  public List<RankedDocument<String>> rerank(
      String query, List<String> passages, int topN, RequestOptions request) {
    return rerank(query, passages, Function.identity(), topN, request);
  }

  /**
   * Finds the documents that are most relevant to a query; see {@link #rerank(String, List,
   * Function, int, RequestOptions)}. The caller waits as long as it takes.
   *
   * @param <D> type of the documents
   * @param query the query, may be empty
   * @param documents at least one document
   * @param text gives the text of a document; called once for each, in order, by the calling thread
   * @param topN how many at most, at least 1
   * @return the best documents, best first
   */
  public <D> List<RankedDocument<D>> rerank(
      String query, List<D> documents, Function<? super D, String> text, int topN) {
    return rerank(query, documents, text, topN, RequestOptions.query());
  }

  /**
   * Finds the documents that are most relevant to a query. Of documents with equal scores the
   * earlier comes first.
   *
   * @param <D> type of the documents
   * @param query the query, may be empty
   * @param documents at least one document
   * @param text gives the text of a document; called once for each, in order, by the calling thread
   * @param topN how many at most, at least 1
   * @param request deadline, whether to wait for room, and the lane, if not that of queries
   * @return the best documents, best first
   * @throws InvalidOptionException if {@code topN} is below 1, or {@code text} or {@code request}
   *     is null
   * @throws InvalidTextException if the list is null or empty, a text is null or holds a lone
   *     surrogate, or a text must be cut and the policy is {@link Truncation#ERROR}
   * @throws BusyException if too much is waiting, or the call could not be done by its deadline
   * @throws DeadlineException if the deadline passes
   * @throws InferenceException if the model fails, or the calling thread is interrupted (its flag
   *     is kept)
   * @throws ClosedException if the reranker is closed before the result is complete
   */
  public <D> List<RankedDocument<D>> rerank(
      String query,
      List<D> documents,
      Function<? super D, String> text,
      int topN,
      RequestOptions request) {
    Ranking<D> ranking = Ranking.of(query, documents, topN);
    return ranking.rank(scores(ranking.pairs(text), request));
  }

  /**
   * Scores passages for one query without keeping the caller; see {@link #scoresAsync(List,
   * RequestOptions)}.
   *
   * @param query the query, may be empty
   * @param passages at least one passage; copied
   * @param request deadline, whether to wait for room, and the lane, if not that of queries
   * @return completes with one score a passage, in input order
   */
  public CompletableFuture<List<PairScore>> scoresAsync(
      String query, List<String> passages, RequestOptions request) {
    return submit(() -> pairs(query, passages), request, scores -> scores);
  }

  /**
   * Does what {@link #scores(List)} does without keeping the caller, unless too much is waiting.
   *
   * @param pairs at least one pair; copied
   * @return completes with the scores, or with the exception that the other method throws; when it
   *     is cancelled, work that has not begun is dropped
   */
  public CompletableFuture<List<PairScore>> scoresAsync(List<TextPair> pairs) {
    return scoresAsync(pairs, RequestOptions.query());
  }

  /**
   * Does what {@link #scores(List, RequestOptions)} does without keeping the caller, unless too
   * much is waiting and the call waits for room.
   *
   * @param pairs at least one pair; copied
   * @param request deadline, whether to wait for room, and the lane, if not that of queries
   * @return completes with the scores, or with the exception that the other method throws; when it
   *     is cancelled, work that has not begun is dropped
   */
  public CompletableFuture<List<PairScore>> scoresAsync(
      List<TextPair> pairs, RequestOptions request) {
    return submit(() -> pairs, request, scores -> scores);
  }

  private <V> CompletableFuture<V> submit(
      Supplier<List<TextPair>> pairs, RequestOptions request, Function<List<PairScore>, V> result) {
    try {
      return runner.submit(
          () -> callTexts(pairs.get()),
          EncoderSession.LOGITS,
          CallTexts.inLane(Lane.QUERY, request),
          result);
    } catch (InvalidOptionException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * Does what {@link #rerank(String, List)} does without keeping the caller; see
   * {@link #rerankAsync(String, List, Function, int, RequestOptions)}.
   *
   * @param query the query, may be empty
   * @param passages at least one passage
   * @return completes with all passages, best first
   */
  public CompletableFuture<List<RankedDocument<String>>> rerankAsync(
      String query, List<String> passages) {
    return rerankAsync(query, passages, Integer.MAX_VALUE);
  }

  /**
   * Does what {@link #rerank(String, List, int)} does without keeping the caller; see
   * {@link #rerankAsync(String, List, Function, int, RequestOptions)}.
   *
   * @param query the query, may be empty
   * @param passages at least one passage
   * @param topN how many at most, at least 1
   * @return completes with the best passages
   */
  public CompletableFuture<List<RankedDocument<String>>> rerankAsync(
      String query, List<String> passages, int topN) {
    return rerankAsync(query, passages, Function.identity(), topN, RequestOptions.query());
  }

  /**
   * Orders passages within a deadline, without keeping the caller; see {@link #rerankAsync(String,
   * List, Function, int, RequestOptions)}.
   *
   * @param query the query, may be empty
   * @param passages at least one passage; copied
   * @param topN how many of the best to return, at least 1
   * @param request deadline, whether to wait for room, and the lane, if not that of queries
   * @return completes with at most {@code topN} passages, best first
   */
  public CompletableFuture<List<RankedDocument<String>>> rerankAsync(
      String query, List<String> passages, int topN, RequestOptions request) {
    return rerankAsync(query, passages, Function.identity(), topN, request);
  }

  /**
   * Does what {@link #rerank(String, List, Function, int, RequestOptions)} does without keeping the
   * caller, unless too much is waiting and the call waits for room. The first 64 pairs are
   * tokenized in the calling thread, those of a larger call by the workers as its turn comes.
   *
   * @param <D> type of the documents
   * @param query the query, may be empty
   * @param documents at least one document
   * @param text gives the text of a document; called once for each, in order, by the calling thread
   * @param topN how many at most, at least 1
   * @param request deadline, whether to wait for room, and the lane, if not that of queries
   * @return completes with the best documents, or with the exception that the other method throws;
   *     when it is cancelled, work that has not begun is dropped
   */
  public <D> CompletableFuture<List<RankedDocument<D>>> rerankAsync(
      String query,
      List<D> documents,
      Function<? super D, String> text,
      int topN,
      RequestOptions request) {
    try {
      Ranking<D> ranking = Ranking.of(query, documents, topN);
      return submit(() -> ranking.pairs(text), request, ranking::rank);
    } catch (BgeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * Frees the model. Runs that have begun end first; calls that are not complete then fail with a
   * {@link ClosedException}, as does every later one. Idempotent.
   */
  @Override
  public void close() {
    runner.close();
  }
}
