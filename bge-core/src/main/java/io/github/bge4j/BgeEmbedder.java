package io.github.bge4j;

import io.github.bge4j.batching.PoolClosedException;
import io.github.bge4j.batching.WorkerPool;
import io.github.bge4j.internal.runtime.EncoderOutput;
import io.github.bge4j.internal.runtime.EncoderSession;
import io.github.bge4j.internal.schedule.BatchPlanner;
import io.github.bge4j.internal.schedule.PackedBatch;
import io.github.bge4j.internal.text.TextEncoder;
import io.github.bge4j.internal.text.TokenizedText;
import io.github.bge4j.internal.text.Tokenizer;
import io.github.bge4j.sparse.SparseVector;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * A BGE embedding model in this process: texts in, vectors out.
 *
 * <pre>{@code
 * try (BgeEmbedder embedder = BgeEmbedder.builder().model(source).build()) {
 *   List<float[]> passages = embedder.dense(List.of("Paris is the capital of France.", "..."));
 *   float[] query = embedder.dense("What is the capital of France?", InputType.QUERY);
 * }
 * }</pre>
 *
 * <p>One text in, one result out, in the order of the input. The result of a text does not depend
 * on the texts around it, on their order or on the number of callers and workers: on one machine it
 * is the same bit for bit.
 *
 * <p>Thread-safe: make one and share it. Callers wait while the
 * {@linkplain BgeEmbedderBuilder#workers workers} compute; concurrent callers take turns run by
 * run, so one text waits for no bulk call to end. Whoever builds it closes it. Native memory: the
 * weights once, and working memory that grows with the workers and the longest text.
 */
public final class BgeEmbedder implements AutoCloseable {

  /**
   * Large enough to make the hand-over to a worker cheap, small enough to share the work evenly.
   */
  private static final int TEXTS_PER_TOKENIZING_TASK = 16;

  private final Tokenizer tokenizer;
  private final TextEncoder encoder;
  private final EncoderSession session;
  private final EmbeddingShaper shaper;
  private final WorkerPool workers;
  private final EmbedderOptions options;
  private final BatchPlanner planner = new BatchPlanner(BatchPlanner.DEFAULT_MAX_GROUPED_TOKENS);

  /** Takes over the native handles. */
  BgeEmbedder(
      Tokenizer tokenizer,
      TextEncoder encoder,
      EncoderSession session,
      EmbeddingShaper shaper,
      EmbedderOptions options) {
    this.shaper = shaper;
    this.tokenizer = tokenizer;
    this.encoder = encoder;
    this.session = session;
    this.options = options;
    this.workers = new WorkerPool("bge-embedder", options.workers());
  }

  /**
   * Returns a builder; only its {@linkplain BgeEmbedderBuilder#model model} has no default.
   *
   * @return a new builder
   */
  public static BgeEmbedderBuilder builder() {
    return new BgeEmbedderBuilder();
  }

  /**
   * Returns the number of components of a dense vector.
   *
   * @return for example 384 for bge-small-en-v1.5
   */
  public int dimension() {
    return session.dimension();
  }

  /**
   * Returns the most tokens that the model reads of a text, special tokens included.
   *
   * @return the limit this embedder was built with
   */
  public int maxTokens() {
    return options.maxTokens();
  }

  /**
   * Embeds one passage; see {@link #embed(List, InputType, Output...)}.
   *
   * @param text the passage, may be empty
   * @return the dense vector, shape {@code [dimension()]}; owned by the caller
   */
  public float[] dense(String text) {
    return dense(text, InputType.PASSAGE);
  }

  /**
   * Embeds one text; see {@link #embed(List, InputType, Output...)}.
   *
   * @param text the text, may be empty
   * @param type what it is for
   * @return the dense vector, shape {@code [dimension()]}; owned by the caller
   */
  public float[] dense(String text, InputType type) {
    // Not List.of, which refuses a null text with an exception of its own.
    return embed(Arrays.asList(text), type).get(0).dense();
  }

  /**
   * Embeds passages; see {@link #embed(List, InputType, Output...)}.
   *
   * @param texts at least one passage
   * @return dense vectors in input order, each of shape {@code [dimension()]}; owned by the caller
   */
  public List<float[]> dense(List<String> texts) {
    return dense(texts, InputType.PASSAGE);
  }

  /**
   * Embeds texts; see {@link #embed(List, InputType, Output...)}.
   *
   * @param texts at least one text
   * @param type what they are for
   * @return dense vectors in input order, each of shape {@code [dimension()]}; owned by the caller
   */
  public List<float[]> dense(List<String> texts, InputType type) {
    return embed(texts, type).stream().map(Embedding::dense).toList();
  }

  /**
   * Embeds passages; see {@link #embed(List, InputType, Output...)}.
   *
   * @param texts at least one passage
   * @param outputs what to compute; {@link Output#DENSE} if nothing is named
   * @return one embedding a text, in input order
   */
  public List<Embedding> embed(List<String> texts, Output... outputs) {
    return embed(texts, InputType.PASSAGE, outputs);
  }

  /**
   * Embeds texts, with all outputs from one pass of the model. Give many texts at once: the workers
   * share them.
   *
   * @param texts at least one text; a text may be empty
   * @param type what they are for; decides about the query instruction
   * @param outputs what to compute; {@link Output#DENSE} if nothing is named
   * @return one embedding a text, in input order
   * @throws InvalidTextException if the list is null or empty, a text is null or holds a lone
   *     surrogate, or a text is too long and the policy is {@link Truncation#ERROR}; nothing was
   *     computed
   * @throws InvalidOptionException if the model does not give an output
   * @throws InferenceException if the model fails, or the calling thread is interrupted (its flag
   *     is kept)
   * @throws ClosedException if the embedder is closed before the result is complete
   */
  public List<Embedding> embed(List<String> texts, InputType type, Output... outputs) {
    Set<Output> asked = checkedOutputs(outputs);
    String[] prompts = prompts(texts, type);
    List<TokenizedText> tokenized = tokenize(prompts);
    List<PackedBatch> batches = planner.plan(tokenized);
    Embedding[] embeddings = new Embedding[prompts.length];
    onWorkers(batches.size(), i -> {
      PackedBatch batch = batches.get(i);
      EncoderOutput output = session.run(batch, asked);
      for (int j = 0; j < batch.texts(); j++) {
        int member = batch.members()[j];
        embeddings[member] = shaper.shape(batch, output, j, tokenized.get(member));
      }
    });
    return List.of(embeddings);
  }

  /**
   * Returns how many tokens a passage has, special tokens included, whatever the limit. A text with
   * more than {@link #maxTokens()} is too long. Costs no run of the model.
   *
   * @param text the passage
   * @return at least the number of special tokens
   * @throws InvalidTextException if the text is null or holds a lone surrogate
   * @throws ClosedException if the embedder is closed
   */
  public int countTokens(String text) {
    TextEncoder.checkWellFormed(0, text);
    return encoder.encode(text).fullLength();
  }

  /**
   * Returns what the model can give.
   *
   * @return {@link Output#DENSE} at least
   */
  public Set<Output> outputs() {
    return session.outputs();
  }

  /**
   * Returns lexical weights for people to read: the text of each token, the largest weight first.
   *
   * @param lexicalWeights of an embedding of this model
   * @return one entry a token id
   * @throws ClosedException if the embedder is closed
   */
  public List<TokenWeight> decode(SparseVector lexicalWeights) {
    int[] ids = lexicalWeights.indices();
    float[] weights = lexicalWeights.values();
    return IntStream.range(0, ids.length)
        .mapToObj(i -> new TokenWeight(ids[i], tokenizer.decode(ids[i]), weights[i]))
        .sorted(Comparator.comparingDouble((TokenWeight entry) -> -entry.weight()))
        .toList();
  }

  private Set<Output> checkedOutputs(Output... outputs) {
    List<Output> named = outputs.length == 0 ? List.of(Output.DENSE) : Arrays.asList(outputs);
    if (!session.outputs().containsAll(named)) {
      throw new InvalidOptionException(
          "the model gives " + session.outputs() + " only: " + named
              + " were asked for; a BGE-M3 folder needs sparse_linear.pt and colbert_linear.pt for the others");
    }
    return EnumSet.copyOf(named);
  }

  private String[] prompts(List<String> texts, InputType type) {
    if (texts == null || texts.isEmpty()) {
      throw new InvalidTextException(
          -1, "texts must hold at least one text: " + texts + "; do not call for none");
    }
    String[] prompts = texts.toArray(String[]::new);
    String instruction = type == InputType.QUERY ? options.queryInstruction() : "";
    for (int i = 0; i < prompts.length; i++) {
      TextEncoder.checkWellFormed(i, prompts[i]);
      prompts[i] = instruction + prompts[i];
    }
    return prompts;
  }

  private List<TokenizedText> tokenize(String[] prompts) {
    TokenizedText[] tokenized = new TokenizedText[prompts.length];
    if (prompts.length <= TEXTS_PER_TOKENIZING_TASK) {
      tokenize(prompts, tokenized, 0);
    } else {
      int tasks = (prompts.length + TEXTS_PER_TOKENIZING_TASK - 1) / TEXTS_PER_TOKENIZING_TASK;
      onWorkers(tasks, task -> tokenize(prompts, tokenized, task * TEXTS_PER_TOKENIZING_TASK));
    }
    if (options.truncation() == Truncation.ERROR) {
      checkLengths(tokenized);
    }
    return Arrays.asList(tokenized);
  }

  private void tokenize(String[] prompts, TokenizedText[] tokenized, int from) {
    int to = Math.min(prompts.length, from + TEXTS_PER_TOKENIZING_TASK);
    for (int i = from; i < to; i++) {
      tokenized[i] = encoder.encode(prompts[i]);
    }
  }

  private void checkLengths(TokenizedText[] tokenized) {
    for (int i = 0; i < tokenized.length; i++) {
      if (tokenized[i].truncated()) {
        throw new InvalidTextException(
            i,
            "text " + i + " has " + tokenized[i].fullLength()
                + " tokens, the limit is " + options.maxTokens()
                + "; shorten it or set Truncation.CUT");
      }
    }
  }

  private void onWorkers(int tasks, IntConsumer task) {
    try {
      workers.forEach(tasks, task);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InferenceException("the calling thread was interrupted while it waited", e);
    } catch (PoolClosedException e) {
      throw new ClosedException("the embedder is closed; use it before close()");
    }
  }

  /**
   * Frees the model. Runs that have begun end first; calls that are not complete then fail with a
   * {@link ClosedException}, as does every later one. Idempotent.
   */
  @Override
  public void close() {
    workers.close();
    try {
      session.close();
    } finally {
      tokenizer.close();
    }
  }
}
