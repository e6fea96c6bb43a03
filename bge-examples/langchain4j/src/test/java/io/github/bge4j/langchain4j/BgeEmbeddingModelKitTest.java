package io.github.bge4j.langchain4j;

import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.common.AbstractEmbeddingModelIT;
import dev.langchain4j.model.embedding.listener.EmbeddingModelListener;
import io.github.bge4j.BgeEmbedder;
import java.util.List;
import org.junit.jupiter.api.AfterAll;

/** The framework's own tests of an embedding model. */
class BgeEmbeddingModelKitTest extends AbstractEmbeddingModelIT {

  private final BgeEmbedder embedder = TestModels.m3();

  @AfterAll
  void close() {
    embedder.close();
  }

  @Override
  protected List<EmbeddingModel> models() {
    BgeEmbeddingModel model =
        BgeEmbeddingModel.builder(embedder).modelName("tiny").build();
    return List.of(model, model.forQueries());
  }

  @Override
  protected EmbeddingModel modelWith(EmbeddingModelListener listener) {
    return BgeEmbeddingModel.builder(embedder).listeners(List.of(listener)).build();
  }

  @Override
  protected EmbeddingModel failingModelWith(EmbeddingModelListener listener) {
    BgeEmbedder closed = TestModels.m3();
    closed.close();
    return BgeEmbeddingModel.builder(closed).listeners(List.of(listener)).build();
  }

  /** BGE models are not trained for shorter vectors. */
  @Override
  protected boolean supportsDimensionsParameter() {
    return false;
  }

  @Override
  protected boolean supportsImageInput() {
    return false;
  }
}
