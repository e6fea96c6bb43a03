package io.github.bge4j.spring.boot;

import io.github.bge4j.Device;
import java.util.List;

/**
 * Where the models run, found out once.
 *
 * @param embedding of the embedding model
 * @param reranker of the reranker
 * @param shared those of the executor
 */
record ModelDevices(List<Device> embedding, List<Device> reranker, List<Device> shared) {

  static ModelDevices of(EmbeddingProperties embedding, RerankerProperties reranker) {
    List<Device> first = embedding.devices();
    List<Device> second = reranker.devices();
    boolean rerankerAlone = embedding.model() == null && reranker.model() != null;
    return new ModelDevices(first, second, rerankerAlone ? second : first);
  }
}
