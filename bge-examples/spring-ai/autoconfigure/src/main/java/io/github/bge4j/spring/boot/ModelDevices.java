package io.github.bge4j.spring.boot;

import io.github.bge4j.Device;
import java.util.List;

/**
 * Which devices the executors of the models are for, found out once.
 *
 * @param shared those of the executor that is a bean: the embedding model's, or the reranker's if
 *     it is alone
 * @param reranker those of the reranker's executor
 */
record ModelDevices(List<Device> shared, List<Device> reranker) {

  static ModelDevices of(EmbeddingProperties embedding, RerankerProperties reranker) {
    List<Device> second =
        reranker.model() == null ? List.of(Device.cpu()) : reranker.executorDevices();
    return new ModelDevices(
        embedding.model() == null ? second : embedding.executorDevices(), second);
  }
}
