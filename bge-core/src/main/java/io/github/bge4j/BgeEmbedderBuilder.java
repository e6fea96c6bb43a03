package io.github.bge4j;

import io.github.bge4j.internal.runtime.EncoderSession;
import io.github.bge4j.internal.text.TextEncoder;
import io.github.bge4j.internal.text.Tokenizer;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Settings of a {@link BgeEmbedder}. Not thread-safe. */
public final class BgeEmbedderBuilder extends BgeModelBuilder<BgeEmbedderBuilder> {

  /** {@code [CLS]} and {@code [SEP]}. */
  private static final int LEAST_MAX_TOKENS = 2;

  private @Nullable Pooling pooling;
  private @Nullable String queryInstruction;
  private @Nullable String passageInstruction;
  private @Nullable Boolean normalize;

  BgeEmbedderBuilder() {}

  @Override
  BgeEmbedderBuilder self() {
    return this;
  }

  /**
   * Sets how token states become a vector. Default: what the model's files say, or else
   * {@link Pooling#CLS}. A model whose output is pooled already takes no choice.
   *
   * @param pooling the method
   * @return this
   */
  public BgeEmbedderBuilder pooling(Pooling pooling) {
    this.pooling = pooling;
    return this;
  }

  /**
   * Sets what is put before every {@link InputType#QUERY}. Default: what the model's files say
   * ({@code prompts} in {@code config_sentence_transformers.json}); then, for a model of the BGE
   * family, by its name on the hub or that of its folder, one of {@link QueryInstructions}; else
   * nothing.
   *
   * @param instruction a text that the model was trained with; empty for none
   * @return this
   */
  public BgeEmbedderBuilder queryInstruction(String instruction) {
    this.queryInstruction = ModelOptions.notNull("query instruction", instruction);
    return this;
  }

  /**
   * Sets what is put before every {@link InputType#PASSAGE}. Default: what the model's files say,
   * else nothing, as for every BGE model.
   *
   * @param instruction a text that the model was trained with; empty for none
   * @return this
   */
  public BgeEmbedderBuilder passageInstruction(String instruction) {
    this.passageInstruction = ModelOptions.notNull("passage instruction", instruction);
    return this;
  }

  /**
   * Sets whether dense vectors and the rows of multi-vectors are scaled to length 1 (L2). Default:
   * true, but for the dense vectors of a model whose {@code modules.json} does not normalize.
   *
   * @param normalize false for the vectors as the model gives them
   * @return this
   */
  public BgeEmbedderBuilder normalize(boolean normalize) {
    this.normalize = normalize;
    return this;
  }

  /**
   * Opens the model; one that cannot be used fails here. Takes the time to pack the weights.
   *
   * @return an embedder, which the caller closes
   * @throws InvalidOptionException if an option is out of bounds or does not fit the model
   * @throws ModelException if a file is missing, damaged or of a kind that cannot be used
   * @throws DeviceException if the model cannot run on the device that was asked for
   * @throws ClosedException if the executor is closed
   */
  public BgeEmbedder build() {
    ModelFiles files = files();
    return open(files, device -> {
      ModelOptions options =
          options(files, device, LEAST_MAX_TOKENS, files.defaultMaxTokens(), pooling);
      return files.open(
          opening -> files.openEncoder(options, opening),
          (tokenizer, session) -> assemble(files, options, tokenizer, session));
    });
  }

  private BgeEmbedder assemble(
      ModelFiles files, ModelOptions options, Tokenizer tokenizer, EncoderSession session) {
    ModelTraits traits = files.traits();
    String query = queryInstruction == null ? traits.queryInstruction() : queryInstruction;
    String passage = passageInstruction == null ? traits.passageInstruction() : passageInstruction;
    if (!traits.poolsPrompt() && !(query + passage).isEmpty()) {
      throw new ModelException(
          "include_prompt must be true where there is an instruction: false, in"
              + " the model's Pooling; vectors without their prompt's tokens are not supported");
    }
    TextEncoder encoder = new TextEncoder(tokenizer, options.maxTokens());
    EmbeddingShaper shaper = new EmbeddingShaper(
        normalize == null ? traits.unitLength() : normalize,
        normalize == null || normalize,
        session.outputs().contains(Output.SPARSE)
            ? ids(tokenizer, files.unweightedTokens())
            : Set.of());
    ModelRunner<Embedding> runner =
        new ModelRunner<>(nameOr("embedder"), tokenizer, session, options, shaper);
    return new BgeEmbedder(
        runner, options.device(), encoder, tokenizer.size(), query, passage, traits.similarity());
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
}
