package io.github.bge4j;

import io.github.bge4j.internal.text.PairEncoder;
import io.github.bge4j.internal.text.TokenizedText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

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
 * <p>What depends on the future of an asynchronous call runs on a thread of the reranker: it must
 * not wait for another such call.
 *
 * <p>Thread-safe: make one and share it. Callers wait while the
 * {@linkplain BgeRerankerBuilder#workers workers} compute; concurrent callers take turns run by
 * run. A call tokenizes its query once, and works on a bounded part of its passages at a time.
 * Whoever builds it closes it. Native memory: the weights once, and working memory that grows with
 * the workers and the longest pair.
 */
public final class BgeReranker implements AutoCloseable {

  /** Enough to keep the workers busy; at 8,192 tokens a pair, 64 MiB of token ids. */
  private static final int PAIRS_AT_A_TIME = 1024;

  private static final Set<Output> LOGITS = Set.of(Output.DENSE);

  private final ModelRunner runner;
  private final PairEncoder encoder;
  private final boolean normalize;

  /** Takes over the runner. */
  BgeReranker(ModelRunner runner, PairEncoder encoder, boolean normalize) {
    this.runner = runner;
    this.encoder = encoder;
    this.normalize = normalize;
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
    InputTexts.checkNotEmpty("passage", passages);
    InputTexts.checkWellFormed("query", -1, query);
    return scores(passages.stream().map(passage -> new TextPair(query, passage)).toList());
  }

  /**
   * Scores pairs. Give many at once: the workers share them.
   *
   * @param pairs at least one pair
   * @return one score a pair, in input order
   * @throws InvalidTextException if the list is null or empty, a pair or a text is null, a text
   *     holds a lone surrogate, or a text must be cut and the policy is {@link Truncation#ERROR}
   * @throws InferenceException if the model fails, or the calling thread is interrupted (its flag
   *     is kept)
   * @throws ClosedException if the reranker is closed before the result is complete
   */
  public List<PairScore> scores(List<TextPair> pairs) {
    InputTexts.checkNotEmpty("pair", pairs);
    List<TextPair> checked = new ArrayList<>(pairs);
    String query = "";
    for (int i = 0; i < checked.size(); i++) {
      query = check(i, checked.get(i), query);
    }
    PairScore[] scores = new PairScore[checked.size()];
    Map<String, int[]> queries = new ConcurrentHashMap<>();
    for (int from = 0; from < checked.size(); from += PAIRS_AT_A_TIME) {
      List<TextPair> part = checked.subList(from, Math.min(checked.size(), from + PAIRS_AT_A_TIME));
      queries.keySet().retainAll(part.stream().map(TextPair::query).collect(Collectors.toSet()));
      score(part, from, queries, scores);
    }
    return List.of(scores);
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
      InputTexts.checkWellFormed("query", index, pair.query());
    }
    InputTexts.checkWellFormed("passage", index, pair.passage());
    return pair.query();
  }

  /**
   * Scores a part of a call.
   *
   * @param from number of its first pair in the call
   * @param queries tokens of queries that are known already
   */
  private void score(
      List<TextPair> part, int from, Map<String, int[]> queries, PairScore[] scores) {
    IntFunction<TokenizedText> encode = i -> {
      TextPair pair = part.get(i);
      return encoder.encode(
          queries.computeIfAbsent(pair.query(), encoder::encodeQuery), pair.passage());
    };
    List<TokenizedText> tokenized = runner.tokenize(from, part.size(), encode, this::tooLong);
    runner.run(tokenized, LOGITS, (pair, batch, output, index) -> {
      TokenizedText text = tokenized.get(pair);
      float logit = output.logits()[index];
      scores[from + pair] =
          new PairScore(normalize ? sigmoid(logit) : logit, text.ids().length, text.truncated());
    });
  }

  private String tooLong(int number, TokenizedText pair) {
    return pair.fullLength() > maxTokens()
        ? "pair " + number + " has " + pair.fullLength() + " tokens, the limit is " + maxTokens()
        : "query " + number + " has more than " + encoder.maxQueryTokens()
            + " tokens, the limit of a query";
  }

  private static double sigmoid(double logit) {
    return 1 / (1 + Math.exp(-logit));
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
   * Finds the documents that are most relevant to a query. Of documents with equal scores the
   * earlier comes first.
   *
   * @param <D> type of the documents
   * @param query the query, may be empty
   * @param documents at least one document
   * @param text gives the text of a document; called once for each, in order, by the calling thread
   * @param topN how many at most, at least 1
   * @return the best documents, best first
   * @throws InvalidOptionException if {@code topN} is below 1
   * @throws InvalidTextException if the list is null or empty, a text is null or holds a lone
   *     surrogate, or a text must be cut and the policy is {@link Truncation#ERROR}
   * @throws InferenceException if the model fails, or the calling thread is interrupted (its flag
   *     is kept)
   * @throws ClosedException if the reranker is closed before the result is complete
   */
  public <D> List<RankedDocument<D>> rerank(
      String query, List<D> documents, Function<? super D, String> text, int topN) {
    if (topN < 1) {
      throw new InvalidOptionException(
          "top n must be at least 1: " + topN + "; pass the number of documents for all of them");
    }
    InputTexts.checkNotEmpty("document", documents);
    InputTexts.checkWellFormed("query", -1, query);
    List<D> all = new ArrayList<>(documents);
    List<PairScore> scores = scores(
        all.stream().map(document -> new TextPair(query, text.apply(document))).toList());
    return IntStream.range(0, all.size())
        .mapToObj(i -> {
          PairScore score = scores.get(i);
          return new RankedDocument<>(
              i, all.get(i), score.score(), score.tokenCount(), score.truncated());
        })
        // Subtracted, not negated: -0 and 0 are equal. Sorting is stable.
        .sorted(Comparator.comparingDouble(document -> 0 - document.score()))
        .limit(topN)
        .toList();
  }

  /**
   * Does what {@link #scores(List)} does without keeping the caller.
   *
   * @param pairs at least one pair; must not change until the future is complete
   * @return completes with the scores or with the exception that the other method throws; cancelled
   *     before its turn, nothing is computed
   */
  public CompletableFuture<List<PairScore>> scoresAsync(List<TextPair> pairs) {
    return runner.async(() -> scores(pairs));
  }

  /**
   * Does what {@link #rerank(String, List, int)} does without keeping the caller.
   *
   * @param query the query, may be empty
   * @param passages at least one passage; must not change until the future is complete
   * @param topN how many at most, at least 1
   * @return completes with the best passages or with the exception that the other method throws;
   *     cancelled before its turn, nothing is computed
   */
  public CompletableFuture<List<RankedDocument<String>>> rerankAsync(
      String query, List<String> passages, int topN) {
    return runner.async(() -> rerank(query, passages, topN));
  }

  /**
   * Does what {@link #rerank(String, List, Function, int)} does without keeping the caller.
   *
   * @param <D> type of the documents
   * @param query the query, may be empty
   * @param documents at least one document; must not change until the future is complete
   * @param text gives the text of a document; called once for each, by a thread of the reranker
   * @param topN how many at most, at least 1
   * @return completes with the best documents or with the exception that the other method throws;
   *     cancelled before its turn, nothing is computed
   */
  public <D> CompletableFuture<List<RankedDocument<D>>> rerankAsync(
      String query, List<D> documents, Function<? super D, String> text, int topN) {
    return runner.async(() -> rerank(query, documents, text, topN));
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
