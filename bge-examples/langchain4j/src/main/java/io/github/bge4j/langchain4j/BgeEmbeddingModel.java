package io.github.bge4j.langchain4j;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.listener.EmbeddingModelListener;
import dev.langchain4j.model.embedding.request.EmbeddingInput;
import dev.langchain4j.model.embedding.request.EmbeddingInputType;
import dev.langchain4j.model.embedding.request.EmbeddingParameter;
import dev.langchain4j.model.embedding.request.EmbeddingRequest;
import dev.langchain4j.model.embedding.request.EmbeddingRequestParameters;
import dev.langchain4j.model.embedding.response.EmbeddingResponse;
import dev.langchain4j.model.output.TokenUsage;
import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.InputType;
import io.github.bge4j.batching.RequestOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * A {@link BgeEmbedder} as LangChain4j's embedding model; its dense vectors.
 *
 * <pre>{@code
 * try (BgeEmbedder embedder = BgeEmbedder.builder().model(source).build()) {
 *   EmbeddingModel model = BgeEmbeddingModel.of(embedder);
 *   ...
 * }
 * }</pre>
 *
 * <p>A request of the type {@code QUERY} is embedded with the model's query instruction and before
 * passages that wait; one of the type {@code DOCUMENT}, or of none, as passages. LangChain4j's
 * retriever says no type unless its builder's {@code embeddingInputType} is set: set it, or give
 * the retriever {@link #forQueries()}.
 *
 * <p>All texts of a request are one call of the embedder, and vectors are not copied. Longer texts
 * are cut, or refused, as the embedder was built to do. Vectors of fewer dimensions and other
 * models by name are refused by the framework.
 *
 * <p>The embedder is shared and is not closed here.
 */
public final class BgeEmbeddingModel implements EmbeddingModel {

  private static final Set<EmbeddingParameter<?>> SUPPORTED =
      Set.of(EmbeddingRequestParameters.INPUT_TYPE);

  private final BgeEmbedder embedder;
  private final String modelName;
  private final RequestOptions options;
  private final List<EmbeddingModelListener> listeners;
  private final EmbeddingRequestParameters defaults;

  private BgeEmbeddingModel(
      BgeEmbedder embedder,
      String modelName,
      RequestOptions options,
      List<EmbeddingModelListener> listeners,
      EmbeddingInputType untyped) {
    this.embedder = embedder;
    this.modelName = modelName;
    this.options = options;
    this.listeners = listeners;
    this.defaults = EmbeddingRequestParameters.builder().inputType(untyped).build();
  }

  /**
   * Makes a model of an embedder, with the defaults of {@link #builder}.
   *
   * @param embedder open; stays the caller's to close
   * @return the model
   */
  public static BgeEmbeddingModel of(BgeEmbedder embedder) {
    return builder(embedder).build();
  }

  /**
   * Returns a builder.
   *
   * @param embedder open; stays the caller's to close
   * @return a new builder
   */
  public static Builder builder(BgeEmbedder embedder) {
    return new Builder(embedder);
  }

  /**
   * Returns a view for callers that send queries and do not say so: a request without a type is a
   * query.
   *
   * @return a model that shares the embedder and the listeners
   */
  public BgeEmbeddingModel forQueries() {
    return new BgeEmbeddingModel(embedder, modelName, options, listeners, EmbeddingInputType.QUERY);
  }

  /**
   * Embeds the texts of a request; the calling thread helps while it waits.
   *
   * @param request at least one text
   * @return one embedding an input, in input order, with the number of tokens that the model read
   */
  @Override
  public EmbeddingResponse doEmbed(EmbeddingRequest request) {
    return response(embedder.embed(texts(request), type(request), options));
  }

  /**
   * Embeds the texts of a request without keeping the caller, unless too much is waiting.
   *
   * <p>What depends on the future may run in a thread of the model: it must not block.
   *
   * @param request at least one text
   * @return completes with what {@link #doEmbed} returns; when it is cancelled, work that has not
   *     begun is dropped
   */
  @Override
  public CompletableFuture<EmbeddingResponse> doEmbedAsync(EmbeddingRequest request) {
    return Futures.map(embedder.embedAsync(texts(request), type(request), options), this::response);
  }

  private static List<String> texts(EmbeddingRequest request) {
    return request.inputs().stream().map(EmbeddingInput::text).toList();
  }

  private InputType type(EmbeddingRequest request) {
    EmbeddingInputType asked = request.inputType();
    return (asked == null ? defaults.inputType() : asked) == EmbeddingInputType.QUERY
        ? InputType.QUERY
        : InputType.PASSAGE;
  }

  private EmbeddingResponse response(List<io.github.bge4j.Embedding> embedded) {
    List<Embedding> vectors = new ArrayList<>(embedded.size());
    int tokens = 0;
    for (io.github.bge4j.Embedding one : embedded) {
      vectors.add(Embedding.from(one.dense()));
      tokens += one.tokenCount();
    }
    return EmbeddingResponse.builder()
        .embeddings(vectors)
        .modelName(modelName)
        .tokenUsage(new TokenUsage(tokens))
        .build();
  }

  /**
   * Returns what holds for a request that does not say it: its type.
   *
   * @return the type
   */
  @Override
  public EmbeddingRequestParameters defaultRequestParameters() {
    return defaults;
  }

  /**
   * Returns what a request may say: its type.
   *
   * @return the type alone
   */
  @Override
  public Set<EmbeddingParameter<?>> supportedParameters() {
    return SUPPORTED;
  }

  @Override
  public List<EmbeddingModelListener> listeners() {
    return listeners;
  }

  @Override
  public int dimension() {
    return embedder.dimension();
  }

  @Override
  public String modelName() {
    return modelName;
  }

  /** Settings of a {@link BgeEmbeddingModel}. Not thread-safe. */
  public static final class Builder {

    private final BgeEmbedder embedder;
    private String modelName = "unknown";
    private RequestOptions options = RequestOptions.defaults();
    private List<EmbeddingModelListener> listeners = List.of();
    private EmbeddingInputType untyped = EmbeddingInputType.DOCUMENT;

    private Builder(BgeEmbedder embedder) {
      this.embedder = embedder;
    }

    /**
     * Sets what responses and listeners are told that the model is called. Default:
     * {@code unknown}, the framework's own.
     *
     * @param name for example {@code BAAI/bge-m3}
     * @return this
     */
    public Builder modelName(String name) {
      this.modelName = name;
      return this;
    }

    /**
     * Sets what a request is that does not say it. Default: {@code DOCUMENT}, whose texts BGE
     * models read as they are.
     *
     * @param type {@code QUERY} for callers that send queries only
     * @return this
     */
    public Builder untypedInput(EmbeddingInputType type) {
      this.untyped = type;
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
      this.options = RequestOptions.within(timeout);
      return this;
    }

    /**
     * Sets who is told of each call: the texts, and the vectors, tokens and model name, or the
     * failure. Default: nobody.
     *
     * @param listeners called in this order, in the calling thread; copied
     * @return this
     */
    public Builder listeners(List<EmbeddingModelListener> listeners) {
      this.listeners = List.copyOf(listeners);
      return this;
    }

    /**
     * Makes the model.
     *
     * @return a model of the embedder
     */
    public BgeEmbeddingModel build() {
      return new BgeEmbeddingModel(embedder, modelName, options, listeners, untyped);
    }
  }
}
