package io.github.bge4j.examples.facade;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.BgeEmbedderBuilder;
import io.github.bge4j.BgeReranker;
import io.github.bge4j.BgeRerankerBuilder;
import io.github.bge4j.DownloadListener;
import io.github.bge4j.ModelSource;
import io.github.bge4j.ModelVocabulary;
import io.github.bge4j.batching.BatchExecutor;
import io.github.bge4j.batching.BatchListener;
import io.github.bge4j.examples.models.NamedModels;
import io.github.bge4j.sparse.SparseTokenMapper;

/** Opens the models that the settings name, on one executor. */
final class BgeModelLoader implements ModelLoader {

  private static final DownloadListener DOWNLOADS = new DownloadLog();

  private final FacadeSettings settings;
  private final BatchExecutor executor;

  BgeModelLoader(FacadeSettings settings, BatchListener listener) {
    this.settings = settings;
    executor = BatchExecutor.builder()
        .name("facade-batch")
        .maxWait(settings.maxWait())
        .maxQueuedItems(settings.microbatch().maxQueuedItems())
        .listener(listener)
        .build();
  }

  BatchExecutor executor() {
    return executor;
  }

  @Override
  public TextModel embedder() {
    ModelSource source = NamedModels.source(settings.embeddingModel(), DOWNLOADS);
    ModelVocabulary vocabulary = ModelVocabulary.read(source);
    ModelTokens tokens = ModelTokens.of(vocabulary);
    SparseTokenMapper mapper = mapper(vocabulary, tokens);
    BgeEmbedderBuilder builder = BgeEmbedder.builder()
        .model(source)
        .device(settings.device().device())
        .precision(settings.precision())
        .executor(executor)
        // Clients of such services take dot products.
        .normalize(true)
        .maxBatchTexts(settings.embedderBatchTexts());
    Integer maxTokens = settings.maxTokens();
    if (maxTokens != null) {
      builder.maxTokens(maxTokens);
    }
    BgeEmbedder embedder = builder.build();
    Integer size = settings.embeddingSize();
    if (size != null && size != embedder.dimension()) {
      int dimension = embedder.dimension();
      embedder.close();
      throw new IllegalArgumentException("EMBEDDING_SIZE must be the model's dimension " + dimension
          + ": " + size + "; correct it or leave it unset");
    }
    return new BgeTextModel(embedder, mapper, tokens);
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
        .model(NamedModels.source(settings.rerankerModel(), DOWNLOADS))
        .device(settings.device().device())
        .precision(settings.precision())
        .executor(executor)
        .maxBatchTexts(settings.inferenceBatchSize());
    Integer maxTokens = settings.rerankerMaxTokens();
    if (maxTokens != null) {
      builder.maxTokens(maxTokens);
    }
    return new BgePairModel(builder.build());
  }

  @Override
  public void close() {
    executor.close();
  }
}
