package io.github.bge4j;

import io.github.bge4j.internal.runtime.EncoderSession;
import io.github.bge4j.internal.text.PairEncoder;
import io.github.bge4j.internal.text.TokenizedText;
import io.github.bge4j.internal.text.Tokenizer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Settings of a {@link BgeReranker}. Not thread-safe. */
public final class BgeRerankerBuilder extends BgeModelBuilder<BgeRerankerBuilder> {

  /** What FlagEmbedding reads of a pair unless told otherwise, whatever the model takes: 512. */
  public static final int DEFAULT_MAX_TOKENS = 512;

  /** {@code [CLS]}, {@code [SEP]} and {@code [SEP]}. */
  private static final int LEAST_MAX_TOKENS = 3;

  private @Nullable Integer maxQueryTokens;
  private boolean normalize;

  BgeRerankerBuilder() {}

  @Override
  BgeRerankerBuilder self() {
    return this;
  }

  /**
   * Sets the most tokens that the model reads of a query, without special tokens. A longer query is
   * cut even if the passage is short. Default: three quarters of {@link #maxTokens(int)}, rounded
   * down, as in FlagEmbedding.
   *
   * @param tokens at least 1
   * @return this
   * @throws InvalidOptionException if {@code tokens} is below 1
   */
  public BgeRerankerBuilder maxQueryTokens(int tokens) {
    this.maxQueryTokens = ModelOptions.atLeastOne("max query tokens", tokens);
    return this;
  }

  /**
   * Sets whether a score is {@code 1 / (1 + exp(-logit))}, computed in double, instead of the
   * logit. Logits above 36 all become 1 and are then ties. Default: false.
   *
   * @param normalize true for scores from 0 to 1
   * @return this
   */
  public BgeRerankerBuilder normalize(boolean normalize) {
    this.normalize = normalize;
    return this;
  }

  /**
   * Opens the model; one that cannot be used fails here. Takes the time to pack the weights.
   *
   * @return a reranker, which the caller closes
   * @throws InvalidOptionException if an option is out of bounds or does not fit the model
   * @throws ModelException if a file is missing, damaged or of a kind that cannot be used
   * @throws DeviceException if the model cannot run on the device that was asked for
   * @throws ClosedException if the executor is closed
   */
  public BgeReranker build() {
    ModelFiles files = files();
    int defaultMaxTokens = Math.min(DEFAULT_MAX_TOKENS, files.defaultMaxTokens());
    return open(files, device -> {
      ModelOptions options = options(files, device, LEAST_MAX_TOKENS, defaultMaxTokens, null);
      return files.open(
          opening -> files.openCrossEncoder(options, opening),
          (tokenizer, session) -> assemble(options, tokenizer, session));
    });
  }

  private BgeReranker assemble(ModelOptions options, Tokenizer tokenizer, EncoderSession session) {
    PairEncoder encoder = encoder(tokenizer, options);
    boolean normalized = normalize;
    ModelRunner.Shaper<PairScore> shaper = (batch, output, index, item) -> {
      float logit = Objects.requireNonNull(output.logits())[index];
      TokenizedText pair = item.text();
      return new PairScore(
          normalized ? sigmoid(logit) : logit, pair.ids().length, pair.truncated());
    };
    return new BgeReranker(
        new ModelRunner<>(nameOr("reranker"), tokenizer, session, options, shaper),
        options.device(),
        encoder);
  }

  private static double sigmoid(double logit) {
    return 1 / (1 + Math.exp(-logit));
  }

  private PairEncoder encoder(Tokenizer tokenizer, ModelOptions options) {
    int most = maxQueryTokens == null ? (int) (options.maxTokens() * 3L / 4) : maxQueryTokens;
    return new PairEncoder(tokenizer, options.maxTokens(), most);
  }
}
