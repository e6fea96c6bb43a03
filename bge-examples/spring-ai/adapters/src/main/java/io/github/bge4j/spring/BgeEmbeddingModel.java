package io.github.bge4j.spring;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.InputType;
import io.github.bge4j.InvalidOptionException;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.document.Document;
import org.springframework.ai.document.MetadataMode;
import org.springframework.ai.embedding.AbstractEmbeddingModel;
import org.springframework.ai.embedding.BatchingStrategy;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.EmbeddingResponseMetadata;
import org.springframework.ai.embedding.observation.EmbeddingModelObservationContext;
import org.springframework.ai.embedding.observation.EmbeddingModelObservationConvention;
import org.springframework.ai.embedding.observation.EmbeddingModelObservationDocumentation;

/**
 * A {@link BgeEmbedder} as Spring AI's embedding model.
 *
 * <p>A single text, {@link #embed(String)}, is a query, as vector stores use it, and the query
 * instruction stands before it; documents, lists and requests are passages. A request is one call
 * of the embedder, whose workers share its texts; an empty one gives an empty response. Vectors are
 * dense; for the other outputs of BGE-M3 take the embedder itself, or
 * {@link BgeHybridDocumentRetriever}.
 *
 * <p>Its response has the tokens that the model read as usage, and under {@link #TRUNCATED} how
 * many texts were cut. What goes wrong is a {@link io.github.bge4j.BgeException}.
 *
 * <p>Does not own the embedder.
 */
public final class BgeEmbeddingModel extends AbstractEmbeddingModel {

  /** Key of a response's metadata: how many of its texts were cut, an {@link Integer}. */
  public static final String TRUNCATED = "truncated";

  /** What observations name as the provider. */
  public static final String PROVIDER = "bge";

  private final BgeEmbedder embedder;
  private final String modelName;
  private final MetadataMode metadataMode;
  private final ObservationRegistry observations;
  private final @Nullable EmbeddingModelObservationConvention convention;
  private final EmbeddingModelObservationConvention defaultConvention;
  private final EmbeddingOptions defaultOptions;

  private BgeEmbeddingModel(Builder builder) {
    embedder = builder.embedder;
    modelName = builder.modelName;
    metadataMode = builder.metadataMode;
    observations = builder.observations;
    convention = builder.convention;
    defaultConvention = new BgeEmbeddingObservationConvention(
        new ModelLabels(modelName, embedder.device(), embedder.precision()));
    defaultOptions = EmbeddingOptions.builder().model(modelName).build();
  }

  /**
   * Returns a builder; all else has a default.
   *
   * @param embedder is not closed by the model
   * @return a new builder
   */
  public static Builder builder(BgeEmbedder embedder) {
    return new Builder(embedder);
  }

  /**
   * Embeds passages.
   *
   * @param request texts; and options, which may name this model and its dimension, but no other
   * @return one vector a text, in input order, each of shape {@code [dimensions()]} and owned by
   *     the caller
   * @throws InvalidOptionException if the options ask for another model or dimension
   */
  @Override
  public EmbeddingResponse call(EmbeddingRequest request) {
    return observed(request.getInstructions(), request.getOptions(), InputType.PASSAGE);
  }

  /**
   * Embeds a query.
   *
   * @param text may be empty
   * @return shape {@code [dimensions()]}; owned by the caller
   */
  @Override
  public float[] embed(String text) {
    return observed(List.of(text), null, InputType.QUERY).getResult().getOutput();
  }

  /**
   * Embeds a document as a passage.
   *
   * @param document has text
   * @return shape {@code [dimensions()]}; owned by the caller
   * @throws InvalidOptionException if it has no text
   */
  @Override
  public float[] embed(Document document) {
    return observed(List.of(getEmbeddingContent(document)), null, InputType.PASSAGE)
        .getResult()
        .getOutput();
  }

  /**
   * Embeds documents as passages, with one call of the embedder for each batch.
   *
   * @param documents have text
   * @param options may name this model and its dimension, but no other
   * @param batching divides the documents without changing their order. The embedder needs none:
   *     larger batches are faster
   * @return one vector a document, in input order, each of shape {@code [dimensions()]} and owned
   *     by the caller
   * @throws InvalidOptionException if the options ask for another model or dimension, or a document
   *     has no text
   * @throws IllegalStateException if the batches have more or fewer documents than were given
   */
  @Override
  public List<float[]> embed(
      List<Document> documents, EmbeddingOptions options, BatchingStrategy batching) {
    List<float[]> vectors = new ArrayList<>(documents.size());
    for (List<Document> batch : batching.batch(documents)) {
      List<String> texts = batch.stream().map(this::getEmbeddingContent).toList();
      observed(texts, options, InputType.PASSAGE)
          .getResults()
          .forEach(embedding -> vectors.add(embedding.getOutput()));
    }
    if (vectors.size() != documents.size()) {
      throw new IllegalStateException("a batching strategy must keep all documents: it made "
          + vectors.size() + " of " + documents.size() + "; use another");
    }
    return vectors;
  }

  /**
   * Returns what is embedded of a document. Spring AI 1 has no such method, 2 has.
   *
   * @param document has text
   * @return its text, with what the {@linkplain Builder#metadataMode metadata mode} adds
   * @throws InvalidOptionException if it has no text
   */
  // No @Override: it is compiled against Spring AI 1.
  @SuppressWarnings("MissingOverride")
  public String getEmbeddingContent(Document document) {
    return DocumentText.of(document, metadataMode);
  }

  /**
   * Returns the number of components of a vector; nothing is computed for it.
   *
   * @return for example 384 for bge-small-en-v1.5
   */
  @Override
  public int dimensions() {
    return embedder.dimension();
  }

  private EmbeddingResponse observed(
      List<String> texts, @Nullable EmbeddingOptions options, InputType type) {
    check(options);
    if (observations.isNoop()) {
      return embed(texts, type);
    }
    EmbeddingModelObservationContext context = EmbeddingModelObservationContext.builder()
        .embeddingRequest(new EmbeddingRequest(texts, defaultOptions))
        .provider(PROVIDER)
        .build();
    Observation observation =
        EmbeddingModelObservationDocumentation.EMBEDDING_MODEL_OPERATION.observation(
            convention, defaultConvention, () -> context, observations);
    return Objects.requireNonNull(observation.observe(() -> {
      EmbeddingResponse response = embed(texts, type);
      context.setResponse(response);
      return response;
    }));
  }

  private void check(@Nullable EmbeddingOptions options) {
    if (options == null) {
      return;
    }
    String model = options.getModel();
    if (model != null && !model.equals(modelName)) {
      throw new InvalidOptionException("model of embedding options must be " + modelName + ": "
          + model + "; leave it unset, as one embedder has one model");
    }
    Integer dimensions = options.getDimensions();
    if (dimensions != null && dimensions != dimensions()) {
      throw new InvalidOptionException("dimensions of embedding options must be " + dimensions()
          + ": " + dimensions + "; leave them unset, as vectors are not shortened");
    }
  }

  private EmbeddingResponse embed(List<String> texts, InputType type) {
    if (texts.isEmpty()) {
      return response(List.of(), 0, 0);
    }
    List<io.github.bge4j.Embedding> all = embedder.embed(texts, type);
    List<Embedding> embeddings = new ArrayList<>(all.size());
    int tokens = 0;
    int truncated = 0;
    for (io.github.bge4j.Embedding one : all) {
      embeddings.add(new Embedding(one.dense(), embeddings.size()));
      tokens += one.tokenCount();
      truncated += one.truncated() ? 1 : 0;
    }
    return response(embeddings, tokens, truncated);
  }

  private EmbeddingResponse response(List<Embedding> embeddings, int tokens, int truncated) {
    return new EmbeddingResponse(
        embeddings,
        new EmbeddingResponseMetadata(
            modelName, new DefaultUsage(tokens, 0), Map.of(TRUNCATED, truncated)));
  }

  /** Settings of a {@link BgeEmbeddingModel}. Not thread-safe. */
  public static final class Builder {

    private final BgeEmbedder embedder;
    private String modelName = PROVIDER;
    private MetadataMode metadataMode = MetadataMode.NONE;
    private ObservationRegistry observations = ObservationRegistry.NOOP;
    private @Nullable EmbeddingModelObservationConvention convention;

    private Builder(BgeEmbedder embedder) {
      this.embedder = embedder;
    }

    /**
     * Sets what responses and observations call the model. Default: {@value #PROVIDER}.
     *
     * @param name not blank, for example {@code BAAI/bge-m3}
     * @return this
     */
    public Builder modelName(String name) {
      modelName = name;
      return this;
    }

    /**
     * Sets which of a document's metadata is embedded with its text. Default:
     * {@link MetadataMode#NONE}, the text alone.
     *
     * @param mode as the document's content formatter takes it
     * @return this
     */
    public Builder metadataMode(MetadataMode mode) {
      metadataMode = mode;
      return this;
    }

    /**
     * Sets who observes calls, by the framework's convention, and with device, outputs and numbers
     * of texts; texts are never among the values. Default: nobody.
     *
     * @param registry where handlers are registered
     * @return this
     */
    public Builder observationRegistry(ObservationRegistry registry) {
      observations = registry;
      return this;
    }

    /**
     * Sets what observations say. Default: what the registry has a convention for, else the
     * framework's convention, with device, precision and numbers of texts.
     *
     * @param convention in place of all of it, also of one of the registry
     * @return this
     */
    public Builder observationConvention(EmbeddingModelObservationConvention convention) {
      this.convention = convention;
      return this;
    }

    /**
     * Makes the model.
     *
     * @return a model that uses the embedder
     * @throws IllegalArgumentException if the name is blank
     */
    public BgeEmbeddingModel build() {
      return new BgeEmbeddingModel(this);
    }
  }
}
