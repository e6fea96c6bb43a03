package io.github.bge4j.examples.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that put a reranker behind a search. */
final class RerankOptions {

  private static final String MODEL = "--rerank-model";
  private static final String DEPTH = "--rerank-depth";

  @Option(
      names = MODEL,
      paramLabel = "DIR|HUB_ID",
      description = "A reranker: order the best documents again, by its scores.")
  private @Nullable String model;

  @Option(
      names = DEPTH,
      paramLabel = "N",
      description =
          "How many documents of every query are ordered again. Default: " + Evaluation.DEPTH + ".")
  private @Nullable Integer depth;

  /** Refuses what makes no sense. */
  void check() {
    if (depth != null && model == null) {
      throw new UsageException(DEPTH + " needs " + MODEL + ": it is missing; name a reranker");
    }
    if (depth != null && depth < 1) {
      throw new UsageException(
          DEPTH + " must be at least 1: " + depth + "; leave it out for " + Evaluation.DEPTH);
    }
  }

  /** Opens the reranker, which the caller closes; null if none was asked for. */
  @Nullable HitReranker open(Models models, ModelOptions options) {
    return model == null
        ? null
        : new HitReranker(models.openReranker(MODEL, model, options), depth());
  }

  /** Returns how many hits the search must find for this. */
  int depth() {
    return depth == null ? Evaluation.DEPTH : depth;
  }
}
