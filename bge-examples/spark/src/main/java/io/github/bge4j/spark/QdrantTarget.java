package io.github.bge4j.spark;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.Output;
import io.github.bge4j.qdrant.CollectionSpec;
import io.github.bge4j.qdrant.QdrantIngest;
import io.github.bge4j.qdrant.QdrantUrl;
import io.qdrant.client.QdrantClient;
import java.io.Serializable;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A collection of Qdrant and the model it is of, as the driver sends them to its tasks.
 *
 * @param modelName what the collection calls the model
 * @param mapping {@code tokenizer} or {@code hash}
 * @param chunkTokens 0 for the default
 */
record QdrantTarget(
    String url,
    ApiKey apiKey,
    String collection,
    ModelSettings model,
    String modelName,
    List<Output> outputs,
    String mapping,
    int chunkTokens)
    implements Serializable {

  /** A secret that no message shows. */
  static final class ApiKey implements Serializable {

    private static final long serialVersionUID = 1;

    private final @Nullable String key;

    ApiKey(@Nullable String key) {
      this.key = key;
    }
  }

  /** Gives an ingest of the task's model to the work, with a client that is closed after it. */
  <T> T with(Function<QdrantIngest.Builder, T> work) {
    BgeEmbedder embedder = ExecutorModels.embedder(model);
    try (QdrantClient client = QdrantUrl.parse(url).open(apiKey.key)) {
      QdrantIngest.Builder ingest = QdrantIngest.builder(client, embedder, spec());
      return work.apply(chunkTokens == 0 ? ingest : ingest.chunkTokens(chunkTokens));
    }
  }

  private CollectionSpec spec() {
    return CollectionSpec.builder(collection, modelName)
        .outputs(outputs.toArray(Output[]::new))
        .mapper(BgeEmbeddingTransformer.mapper(mapping))
        .build();
  }
}
