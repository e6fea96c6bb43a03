package io.github.bge4j.examples.facade;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.BgeEmbedderBuilder;
import io.github.bge4j.BgeException;
import io.github.bge4j.BgeModelBuilder;
import io.github.bge4j.BgeReranker;
import io.github.bge4j.BgeRerankerBuilder;
import io.github.bge4j.Device;
import io.github.bge4j.DownloadListener;
import io.github.bge4j.InvalidOptionException;
import io.github.bge4j.ModelSource;
import io.github.bge4j.ModelVocabulary;
import io.github.bge4j.Precision;
import io.github.bge4j.batching.BatchExecutor;
import io.github.bge4j.batching.BatchExecutorBuilder;
import io.github.bge4j.batching.BatchListener;
import io.github.bge4j.examples.models.NamedModels;
import io.github.bge4j.sparse.SparseTokenMapper;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.Function;

/** Opens the models that the settings name, on one executor. */
final class BgeModelLoader implements ModelLoader {

  private static final Logger LOG = System.getLogger(BgeModelLoader.class.getName());

  private static final DownloadListener DOWNLOADS = new DownloadLog();

  /** One run computes while another is prepared. */
  private static final int WORKERS_PER_CARD = 2;

  private final FacadeSettings settings;
  private final ModelSource embedding;
  private final ModelSource reranking;
  private final BatchExecutor executor;

  /**
   * Finds the models; opens and downloads nothing.
   *
   * @throws IllegalArgumentException if a name is neither a folder that is there nor an id
   */
  BgeModelLoader(FacadeSettings settings, BatchListener listener) {
    this.settings = settings;
    embedding = source("EMBEDDING_MODEL_NAME must be bundled, ", settings.embeddingModel());
    reranking = source("RERANKER_MODEL_NAME must be ", settings.rerankerModel());
    executor = executor(settings, settings.device(), listener);
  }

  private static ModelSource source(String rule, String name) {
    try {
      return NamedModels.source(name, DOWNLOADS);
    } catch (IllegalArgumentException | InvalidOptionException e) {
      throw new IllegalArgumentException(
          rule + "a model directory, or an id of the hub such as BAAI/bge-m3: " + e.getMessage()
              + "; correct it",
          e);
    }
  }

  static BatchExecutor executor(
      FacadeSettings settings, ComputeDevice device, BatchListener listener) {
    BatchExecutorBuilder builder = BatchExecutor.builder()
        .name("facade-batch")
        .maxWait(settings.maxWait())
        .maxQueuedItems(settings.microbatch().maxQueuedItems())
        .listener(listener);
    if (device.isCuda()) {
      // Every thread that runs takes memory of a card for good.
      int cards = device.devices().size();
      builder
          .devices(cards)
          .workers(WORKERS_PER_CARD * cards)
          .callersRun(false)
          .itemMakers(Runtime.getRuntime().availableProcessors());
    }
    return builder.build();
  }

  BatchExecutor executor() {
    return executor;
  }

  @Override
  public TextModel embedder() {
    ModelVocabulary vocabulary = ModelVocabulary.read(embedding);
    ModelTokens tokens = ModelTokens.of(vocabulary);
    SparseTokenMapper mapper = mapper(vocabulary, tokens);
    BgeEmbedderBuilder builder = BgeEmbedder.builder()
        .model(embedding)
        .executor(executor)
        // Clients of such services take dot products.
        .normalize(true)
        .maxBatchTexts(settings.embedderBatchTexts());
    Integer maxTokens = settings.maxTokens();
    if (maxTokens != null) {
      builder.maxTokens(maxTokens);
    }
    BgeEmbedder embedder = open(builder, BgeEmbedderBuilder::build);
    Integer size = settings.embeddingSize();
    if (size != null && size != embedder.dimension()) {
      int dimension = embedder.dimension();
      embedder.close();
      throw new IllegalArgumentException("EMBEDDING_SIZE must be the model's dimension " + dimension
          + ": " + size + "; correct it or leave it unset");
    }
    return new BgeTextModel(embedder, mapper, tokens);
  }

  /** Opens a model on the device, or on the CPU if it cannot run on a card and need not. */
  private <B extends BgeModelBuilder<B>, M> M open(B builder, Function<B, M> build) {
    ComputeDevice device = settings.device();
    try {
      return build.apply(builder.devices(device.devices()).precision(settings.precision()));
    } catch (BgeException e) {
      if (device.firm()) {
        throw e;
      }
      LOG.log(
          Level.WARNING, "A model runs on the CPU, not on {0}: {1}", device.name(), e.getMessage());
      return build.apply(builder.device(Device.cpu()).precision(Precision.FP32));
    }
  }

  private SparseTokenMapper mapper(ModelVocabulary vocabulary, ModelTokens tokens) {
    int space = settings.sparseIndexSpace();
    return switch (settings.sparseMapping()) {
      case "hash" -> SparseTokenMapper.hash(space);
      case "tokenizer" -> {
        if (space < tokens.count()) {
          throw new IllegalArgumentException("SPARSE_INDEX_SPACE must hold the model's "
              + tokens.count() + " tokens: " + space
              + "; raise it or set SPARSE_TOKEN_MAPPING=hash");
        }
        yield SparseTokenMapper.tokenizer(space);
      }
      default ->
        SparseTokenMapper.legacyTokenizer(vocabulary.ids(), vocabulary.unknownToken(), space);
    };
  }

  @Override
  public PairModel reranker() {
    BgeRerankerBuilder builder = BgeReranker.builder()
        .model(reranking)
        .executor(executor)
        .maxBatchTexts(settings.inferenceBatchSize());
    Integer maxTokens = settings.rerankerMaxTokens();
    if (maxTokens != null) {
      builder.maxTokens(maxTokens);
    }
    return new BgePairModel(open(builder, BgeRerankerBuilder::build));
  }

  @Override
  public void close() {
    executor.close();
  }
}
