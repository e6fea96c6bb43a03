package io.github.bge4j;

import io.github.bge4j.batching.Lane;
import io.github.bge4j.batching.RequestOptions;
import io.github.bge4j.internal.text.TextEncoder;
import io.github.bge4j.internal.text.TokenizedText;
import io.github.bge4j.sparse.SparseVector;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
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
 * is the same bit for bit, and on CUDA nearly.
 *
 * <p>Thread-safe: make one and share it. Callers wait while the
 * {@linkplain BgeEmbedderBuilder#workers workers} compute; texts of concurrent callers form
 * batches, queries get four times the share of passages, and a text waits for no bulk call to end.
 * Whoever builds it closes it. Native memory: the weights once, and working memory that grows with
 * the workers and the longest text.
 */
public final class BgeEmbedder implements AutoCloseable {

  private final ModelRunner<Embedding> runner;
  private final DeviceChoice device;
  private final TextEncoder encoder;
  private final int vocabulary;
  private final String queryInstruction;
  private final String passageInstruction;
  private final Similarity similarity;

  /** Takes over the runner. */
  BgeEmbedder(
      ModelRunner<Embedding> runner,
      DeviceChoice device,
      TextEncoder encoder,
      int vocabulary,
      String queryInstruction,
      String passageInstruction,
      Similarity similarity) {
    this.runner = runner;
    this.device = device;
    this.encoder = encoder;
    this.vocabulary = vocabulary;
    this.queryInstruction = queryInstruction;
    this.passageInstruction = passageInstruction;
    this.similarity = similarity;
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
    return runner.session().dimension();
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
   * Returns the most tokens that the model reads of a text, special tokens included.
   *
   * @return the limit this embedder was built with
   */
  public int maxTokens() {
    return runner.maxTokens();
  }

  /**
   * Returns what is put before every query.
   *
   * @return empty for nothing
   */
  public String queryInstruction() {
    return queryInstruction;
  }

  /**
   * Returns what is put before every passage.
   *
   * @return empty for nothing, as for every BGE model
   */
  public String passageInstruction() {
    return passageInstruction;
  }

  /**
   * Returns how the model's dense vectors are meant to be compared.
   *
   * @return what its files say, else {@link Similarity#COSINE}
   */
  public Similarity similarity() {
    return similarity;
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
    return embed(text, type).dense();
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
   * Embeds one passage; see {@link #embed(List, InputType, Output...)}.
   *
   * @param text the passage, may be empty
   * @param outputs what to compute; {@link Output#DENSE} if nothing is named
   * @return its embedding
   */
  public Embedding embed(String text, Output... outputs) {
    return embed(text, InputType.PASSAGE, outputs);
  }

  /**
   * Embeds one text; see {@link #embed(List, InputType, Output...)}.
   *
   * @param text the text, may be empty
   * @param type what it is for; decides about the query instruction
   * @param outputs what to compute; {@link Output#DENSE} if nothing is named
   * @return its embedding
   */
  public Embedding embed(String text, InputType type, Output... outputs) {
    return embed(text, type, RequestOptions.defaults(), outputs);
  }

  /**
   * Embeds a text within a deadline; see {@link #embed(List, InputType, RequestOptions,
   * Output...)}.
   *
   * @param text the text, may be empty
   * @param type what it is for; decides about the query instruction
   * @param request deadline, whether to wait for room, and the lane, if not that of the type
   * @param outputs what to compute; {@link Output#DENSE} if nothing is named
   * @return the embedding
   */
  public Embedding embed(String text, InputType type, RequestOptions request, Output... outputs) {
    // Not List.of, which refuses a null text with an exception of its own.
    return embed(Arrays.asList(text), type, request, outputs).get(0);
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
   * Embeds texts; see {@link #embed(List, InputType, RequestOptions, Output...)}. Queries get four
   * times the share of passages, and the caller waits as long as it takes.
   *
   * @param texts at least one text; a text may be empty
   * @param type what they are for; decides about the query instruction
   * @param outputs what to compute; {@link Output#DENSE} if nothing is named
   * @return one embedding a text, in input order
   */
  public List<Embedding> embed(List<String> texts, InputType type, Output... outputs) {
    return embed(texts, type, RequestOptions.defaults(), outputs);
  }

  /**
   * Embeds texts, with all outputs from one pass of the model. Give many texts at once: the workers
   * share them, and texts of several callers run together.
   *
   * @param texts at least one text; a text may be empty
   * @param type what they are for; decides about the query instruction
   * @param request deadline, whether to wait for room, and the lane, if not that of the type
   * @param outputs what to compute; {@link Output#DENSE} if nothing is named
   * @return one embedding a text, in input order
   * @throws InvalidTextException if the list is null or empty, a text is null or holds a lone
   *     surrogate, or a text is too long and the policy is {@link Truncation#ERROR}; nothing was
   *     computed
   * @throws InvalidOptionException if the model does not give an output, or the type or the request
   *     is null
   * @throws BusyException if too much is waiting, or the call could not be done by its deadline
   * @throws DeadlineException if the deadline passes
   * @throws InferenceException if the model fails, or the calling thread is interrupted (its flag
   *     is kept)
   * @throws ClosedException if the embedder is closed before the result is complete
   */
  public List<Embedding> embed(
      List<String> texts, InputType type, RequestOptions request, Output... outputs) {
    Set<Output> asked = checkedOutputs(outputs);
    return runner.call(callTexts(texts, type), asked, CallTexts.inLane(lane(type), request));
  }

  /**
   * Embeds a passage without keeping the caller; see {@link #embedAsync(List, InputType,
   * RequestOptions, Output...)}.
   *
   * @param text the passage, may be empty
   * @param outputs what to compute; {@link Output#DENSE} if nothing is named
   * @return completes with the embedding
   */
  public CompletableFuture<Embedding> embedAsync(String text, Output... outputs) {
    return embedAsync(text, InputType.PASSAGE, outputs);
  }

  /**
   * Embeds a text without keeping the caller; see {@link #embedAsync(List, InputType,
   * RequestOptions, Output...)}.
   *
   * @param text the text, may be empty
   * @param type what it is for; decides about the query instruction
   * @param outputs what to compute; {@link Output#DENSE} if nothing is named
   * @return completes with the embedding
   */
  public CompletableFuture<Embedding> embedAsync(String text, InputType type, Output... outputs) {
    return embedAsync(text, type, RequestOptions.defaults(), outputs);
  }

  /**
   * Embeds a text within a deadline, without keeping the caller; see {@link #embedAsync(List,
   * InputType, RequestOptions, Output...)}.
   *
   * @param text the text, may be empty
   * @param type what it is for; decides about the query instruction
   * @param request deadline, whether to wait for room, and the lane, if not that of the type
   * @param outputs what to compute; {@link Output#DENSE} if nothing is named
   * @return completes with the embedding
   */
  public CompletableFuture<Embedding> embedAsync(
      String text, InputType type, RequestOptions request, Output... outputs) {
    return submit(
        () -> callTexts(Arrays.asList(text), type),
        lane(type),
        request,
        all -> all.get(0),
        outputs);
  }

  /**
   * Embeds passages without keeping the caller; see {@link #embedAsync(List, InputType,
   * RequestOptions, Output...)}.
   *
   * @param texts at least one passage; copied
   * @param outputs what to compute; {@link Output#DENSE} if nothing is named
   * @return completes with one embedding a text, in input order
   */
  public CompletableFuture<List<Embedding>> embedAsync(List<String> texts, Output... outputs) {
    return embedAsync(texts, InputType.PASSAGE, outputs);
  }

  /**
   * Embeds texts without keeping the caller; see {@link #embedAsync(List, InputType,
   * RequestOptions, Output...)}.
   *
   * @param texts at least one text; copied
   * @param type what they are for; decides about the query instruction
   * @param outputs what to compute; {@link Output#DENSE} if nothing is named
   * @return completes with one embedding a text, in input order
   */
  public CompletableFuture<List<Embedding>> embedAsync(
      List<String> texts, InputType type, Output... outputs) {
    return embedAsync(texts, type, RequestOptions.defaults(), outputs);
  }

  /**
   * Does what {@link #embed(List, InputType, RequestOptions, Output...)} does without keeping the
   * caller, unless too much is waiting and the call waits for room. The first 64 texts are
   * tokenized in the calling thread, those of a larger call by the workers as its turn comes.
   *
   * @param texts at least one text; copied
   * @param type what they are for; decides about the query instruction
   * @param request deadline, whether to wait for room, and the lane, if not that of the type
   * @param outputs what to compute; {@link Output#DENSE} if nothing is named
   * @return completes with one embedding a text, in input order, or with the exception that the
   *     other method throws; when it is cancelled, work that has not begun is dropped
   */
  public CompletableFuture<List<Embedding>> embedAsync(
      List<String> texts, InputType type, RequestOptions request, Output... outputs) {
    return submit(() -> callTexts(texts, type), lane(type), request, all -> all, outputs);
  }

  /**
   * Embeds texts that were tokenized before, with this model's tokenizer, as they are: without an
   * instruction. Otherwise as {@link #embedAsync(List, InputType, RequestOptions, Output...)}.
   *
   * @param texts token ids of at least one text, with or without the special tokens around it (all
   *     of them or none); copied
   * @param request deadline, whether to wait for room, and the lane, if not that for bulk work
   * @param outputs what to compute; {@link Output#DENSE} if nothing is named
   * @return completes with one embedding a text, in input order, or with the exception that
   *     {@link #embed(List, InputType, RequestOptions, Output...)} throws; an
   *     {@link InvalidTextException} also if an id is not in the vocabulary
   */
  public CompletableFuture<List<Embedding>> embedTokensAsync(
      List<int[]> texts, RequestOptions request, Output... outputs) {
    return submit(() -> callTexts(texts), Lane.BULK, request, all -> all, outputs);
  }

  /**
   * Embeds texts that were tokenized before; see {@link #embedTokensAsync(List, RequestOptions,
   * Output...)}.
   *
   * @param texts token ids of at least one text; copied
   * @param request deadline, whether to wait for room, and the lane, if not that for bulk work
   * @param outputs what to compute; {@link Output#DENSE} if nothing is named
   * @return one embedding a text, in input order
   */
  public List<Embedding> embedTokens(List<int[]> texts, RequestOptions request, Output... outputs) {
    Set<Output> asked = checkedOutputs(outputs);
    return runner.call(callTexts(texts), asked, CallTexts.inLane(Lane.BULK, request));
  }

  private <V> CompletableFuture<V> submit(
      Supplier<CallTexts> texts,
      Lane lane,
      RequestOptions request,
      Function<List<Embedding>, V> result,
      Output... outputs) {
    try {
      return runner.submit(texts, checkedOutputs(outputs), CallTexts.inLane(lane, request), result);
    } catch (InvalidOptionException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * Returns how many tokens a passage has, special tokens and instruction included, whatever the
   * limit. A text with more than {@link #maxTokens()} is too long. Costs no run of the model.
   *
   * @param text the passage
   * @return at least the number of special tokens
   * @throws InvalidTextException if the text is null or holds a lone surrogate
   * @throws ClosedException if the embedder is closed
   */
  public int countTokens(String text) {
    CallTexts.checkWellFormed("text", 0, text);
    return runner.using(() -> encoder.count(passageInstruction + text));
  }

  /**
   * Returns what the model can give.
   *
   * @return {@link Output#DENSE} at least
   */
  public Set<Output> outputs() {
    return runner.session().outputs();
  }

  /**
   * Returns lexical weights for people to read: the text of each token, the largest weight first.
   *
   * @param lexicalWeights of an embedding of this model
   * @return one entry a token id
   * @throws InvalidOptionException if an index is no token id, as of a vector that a mapping made
   * @throws ClosedException if the embedder is closed
   */
  public List<TokenWeight> decode(SparseVector lexicalWeights) {
    int[] ids = lexicalWeights.indices();
    for (int id : ids) {
      if (id < 0 || id >= vocabulary) {
        throw new InvalidOptionException("lexical weights must be by token id, from 0 to "
            + (vocabulary - 1) + ": " + Integer.toUnsignedString(id)
            + "; pass lexicalWeights() of an embedding of this model");
      }
    }
    float[] weights = lexicalWeights.values();
    return runner.using(() -> IntStream.range(0, ids.length)
        .mapToObj(i -> new TokenWeight(ids[i], runner.tokenizer().decode(ids[i]), weights[i]))
        .sorted(Comparator.comparingDouble((TokenWeight entry) -> -entry.weight()))
        .toList());
  }

  /**
   * Returns the tokens of a text and the special ones around it, whatever the limit; without an
   * instruction. Costs no run of the model.
   *
   * @param text the text, may be empty
   * @return the tokens in the order of the text; {@link Embedding#tokenIds()} has their ids, as far
   *     as they were not cut
   * @throws InvalidTextException if the text is null or holds a lone surrogate
   * @throws ClosedException if the embedder is closed
   */
  public List<Token> tokenize(String text) {
    CallTexts.checkWellFormed("text", 0, text);
    return runner.using(() -> encoder.tokens(text));
  }

  /**
   * Returns the text of tokens. It is that which was tokenized only as nearly as the tokens tell
   * it: what the tokenizer folds, as capitals and several blanks, is lost.
   *
   * @param tokenIds ids of this model's tokens; may be empty
   * @param skipSpecial whether to leave out special tokens
   * @return the text
   * @throws InvalidTextException if the ids are null, or one is not in the vocabulary
   * @throws ClosedException if the embedder is closed
   */
  public String decode(int[] tokenIds, boolean skipSpecial) {
    // Not List.of, which refuses null with an exception of its own.
    int[] ids = CallTexts.checkedIds(Collections.singletonList(tokenIds), vocabulary)[0];
    return runner.using(() -> runner.tokenizer().decode(ids, skipSpecial));
  }

  private Set<Output> checkedOutputs(Output... outputs) {
    List<Output> named = outputs.length == 0 ? List.of(Output.DENSE) : Arrays.asList(outputs);
    if (!outputs().containsAll(named)) {
      throw new InvalidOptionException(
          "the model gives " + outputs() + " only: " + named
              + " were asked for; a BGE-M3 folder needs sparse_linear.pt and colbert_linear.pt for the others");
    }
    return EnumSet.copyOf(named);
  }

  private String tooLong(int number, TokenizedText text) {
    return "text " + number + " has at least " + text.fullLength() + " tokens, the limit is "
        + maxTokens();
  }

  private CallTexts callTexts(List<String> texts, InputType type) {
    String[] prompts = prompts(texts, type);
    return new CallTexts(prompts.length, i -> encoder.encode(prompts[i]), this::tooLong);
  }

  private CallTexts callTexts(List<int[]> texts) {
    int[][] ids = CallTexts.checkedIds(texts, vocabulary);
    return new CallTexts(ids.length, i -> encoder.wrapTokens(ids[i]), this::tooLong);
  }

  /** Somebody waits for a query; passages are embedded in bulk. */
  private static Lane lane(InputType type) {
    return type == InputType.QUERY ? Lane.QUERY : Lane.BULK;
  }

  private String[] prompts(List<String> texts, InputType type) {
    // Taken for a passage, a query would be found wanting and nobody told.
    CallTexts.notNull("input type", type);
    CallTexts.checkNotEmpty("text", texts);
    String[] prompts = texts.toArray(String[]::new);
    String instruction = type == InputType.QUERY ? queryInstruction : passageInstruction;
    for (int i = 0; i < prompts.length; i++) {
      CallTexts.checkWellFormed("text", i, prompts[i]);
      prompts[i] = instruction + prompts[i];
    }
    return prompts;
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
