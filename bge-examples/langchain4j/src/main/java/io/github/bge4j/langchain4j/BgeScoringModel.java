package io.github.bge4j.langchain4j;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.output.TokenUsage;
import dev.langchain4j.model.scoring.ScoringModel;
import dev.langchain4j.model.scoring.request.ScoringRequest;
import dev.langchain4j.model.scoring.response.ScoringResponse;
import io.github.bge4j.BgeReranker;
import io.github.bge4j.PairScore;
import io.github.bge4j.batching.RequestOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A {@link BgeReranker} as LangChain4j's scoring model, for its {@code ReRankingContentAggregator}.
 *
 * <p>Scores are the reranker's: logits, of any sign, or numbers from 0 to 1 if it
 * {@linkplain io.github.bge4j.BgeRerankerBuilder#normalize normalizes}. The {@code minScore} of an
 * aggregator is compared with what it gives. All texts are one call of the reranker; a query and
 * texts that are too long are cut, or refused, as it was built to do.
 *
 * <p>Asynchronous where the framework is, from its core 1.23 on. The reranker is shared and is not
 * closed here.
 */
public sealed class BgeScoringModel implements ScoringModel {

  private static final boolean ASYNCHRONOUS = isAsynchronous();

  private final BgeReranker reranker;
  private final String modelName;
  private final RequestOptions options;

  private BgeScoringModel(BgeReranker reranker, String modelName, RequestOptions options) {
    this.reranker = reranker;
    this.modelName = modelName;
    this.options = options;
  }

  /**
   * Makes a model of a reranker, with the defaults of {@link #builder}.
   *
   * @param reranker open; stays the caller's to close
   * @return the model
   */
  public static BgeScoringModel of(BgeReranker reranker) {
    return builder(reranker).build();
  }

  /**
   * Returns a builder.
   *
   * @param reranker open; stays the caller's to close
   * @return a new builder
   */
  public static Builder builder(BgeReranker reranker) {
    return new Builder(reranker);
  }

  /**
   * Scores texts for a query.
   *
   * @param segments what is scored; their metadata is not read
   * @param query the query
   * @return one score a segment, in input order, with the number of tokens that the model read
   */
  @Override
  public Response<List<Double>> scoreAll(List<TextSegment> segments, String query) {
    if (segments.isEmpty()) {
      return Response.from(List.of(), new TokenUsage(0));
    }
    List<String> texts = segments.stream().map(TextSegment::text).toList();
    List<PairScore> scored = reranker.scores(query, texts, options);
    return Response.from(scores(scored), tokens(scored));
  }

  private static List<Double> scores(List<PairScore> scored) {
    return scored.stream().map(PairScore::score).toList();
  }

  private static TokenUsage tokens(List<PairScore> scored) {
    return new TokenUsage(scored.stream().mapToInt(PairScore::tokenCount).sum());
  }

  private static boolean isAsynchronous() {
    try {
      Class.forName(
          "dev.langchain4j.model.scoring.request.ScoringRequest",
          false,
          BgeScoringModel.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /**
   * With the call that not every core has. Apart, because containers look at all methods of a class
   * and fail where a type of one is missing.
   */
  private static final class Asynchronous extends BgeScoringModel {

    Asynchronous(BgeReranker reranker, String modelName, RequestOptions options) {
      super(reranker, modelName, options);
    }

    @Override
    public CompletableFuture<ScoringResponse> doScoreAsync(ScoringRequest request) {
      String asked = request.modelName();
      if (asked != null && !asked.equals(super.modelName)) {
        return CompletableFuture.failedFuture(new UnsupportedFeatureException(
            "the model of a request must be " + super.modelName + ": " + asked
                + "; leave it unset, or make a scoring model of the other reranker"));
      }
      if (request.documents().isEmpty()) {
        return CompletableFuture.completedFuture(response(List.of()));
      }
      return Futures.map(
          super.reranker.scoresAsync(request.query(), request.documents(), super.options),
          this::response);
    }

    private ScoringResponse response(List<PairScore> scored) {
      return ScoringResponse.builder()
          .scores(scores(scored))
          .modelName(super.modelName)
          .tokenUsage(tokens(scored))
          .build();
    }
  }

  /** Settings of a {@link BgeScoringModel}. Not thread-safe. */
  public static final class Builder {

    private final BgeReranker reranker;
    private String modelName = "unknown";
    private RequestOptions options = RequestOptions.query();

    private Builder(BgeReranker reranker) {
      this.reranker = reranker;
    }

    /**
     * Sets what responses are told that the model is called. Default: {@code unknown}.
     *
     * @param name for example {@code BAAI/bge-reranker-v2-m3}
     * @return this
     */
    public Builder modelName(String name) {
      this.modelName = name;
      return this;
    }

    /**
     * Sets how long a call may take. Default: as long as it takes.
     *
     * @param timeout from the call on; a call that cannot be done in time is refused at once
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public Builder timeout(Duration timeout) {
      this.options = RequestOptions.query().withDeadline(timeout);
      return this;
    }

    /**
     * Makes the model.
     *
     * @return a model of the reranker
     */
    public BgeScoringModel build() {
      return ASYNCHRONOUS
          ? new Asynchronous(reranker, modelName, options)
          : new BgeScoringModel(reranker, modelName, options);
    }
  }
}
