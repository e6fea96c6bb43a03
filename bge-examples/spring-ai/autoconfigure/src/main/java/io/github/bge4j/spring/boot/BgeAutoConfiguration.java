package io.github.bge4j.spring.boot;

import static io.github.bge4j.spring.boot.ModelProperties.set;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.BgeEmbedderBuilder;
import io.github.bge4j.BgeReranker;
import io.github.bge4j.BgeRerankerBuilder;
import io.github.bge4j.batching.BatchExecutor;
import io.github.bge4j.batching.BatchListener;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.io.ResourceLoader;

/**
 * The models themselves, {@link BgeEmbedder} and {@link BgeReranker}, and the {@link BatchExecutor}
 * that both use.
 *
 * <p>Each is there if its model is named, and gives way to a bean of the application. Models are
 * opened when the application starts, and one that cannot be opened fails the start. When the
 * context is closed, what depends on them goes first; then work that they have taken may end, for
 * {@code bge.executor.shutdown-timeout} at most, and they are closed.
 */
@AutoConfiguration
@ConditionalOnClass(BgeEmbedder.class)
@EnableConfigurationProperties({
  EmbeddingProperties.class,
  RerankerProperties.class,
  HubProperties.class,
  ExecutorProperties.class
})
public class BgeAutoConfiguration {

  /** Makes the configuration. */
  public BgeAutoConfiguration() {}

  @Bean
  @Conditional(OnModel.Any.class)
  ModelDevices bgeModelDevices(EmbeddingProperties embedding, RerankerProperties reranker) {
    return ModelDevices.of(embedding, reranker);
  }

  @Bean(destroyMethod = "close")
  @Conditional(OnModel.Any.class)
  OpenModels bgeOpenModels(ExecutorProperties properties) {
    return new OpenModels(properties.shutdownTimeout());
  }

  @Bean(destroyMethod = "")
  @ConditionalOnMissingBean
  @Conditional(OnModel.Any.class)
  BatchExecutor bgeBatchExecutor(
      ExecutorProperties properties,
      ModelDevices devices,
      OpenModels open,
      ObjectProvider<BatchListener> listeners) {
    return open.add(properties.executor(devices.shared(), all(listeners)));
  }

  @Bean(destroyMethod = "")
  @ConditionalOnMissingBean
  @Conditional(OnModel.Embedding.class)
  BgeEmbedder bgeEmbedder(
      EmbeddingProperties properties,
      HubProperties hub,
      OpenModels open,
      BatchExecutor executor,
      ResourceLoader resources) {
    BgeEmbedderBuilder builder =
        properties.configure(BgeEmbedder.builder(), hub, loader(resources)).executor(executor);
    set(properties.pooling(), builder::pooling);
    set(properties.normalize(), builder::normalize);
    set(properties.queryInstruction(), builder::queryInstruction);
    set(properties.passageInstruction(), builder::passageInstruction);
    BgeEmbedder embedder = builder.build();
    open.add(embedder::close);
    return embedder;
  }

  @Bean(destroyMethod = "")
  @ConditionalOnMissingBean
  @Conditional(OnModel.Reranker.class)
  BgeReranker bgeReranker(
      RerankerProperties properties,
      HubProperties hub,
      ExecutorProperties executors,
      ModelDevices devices,
      OpenModels open,
      BatchExecutor executor,
      ObjectProvider<BatchListener> listeners,
      ResourceLoader resources) {
    // An executor stands for one device; on another the model has its own.
    BatchExecutor own = devices.reranker().equals(devices.shared())
        ? executor
        : open.add(executors.executor(devices.reranker(), all(listeners)));
    BgeRerankerBuilder builder = properties
        .configure(BgeReranker.builder(), hub, loader(resources))
        .normalize(properties.normalize())
        .executor(own);
    set(properties.maxQueryTokens(), builder::maxQueryTokens);
    BgeReranker reranker = builder.build();
    open.add(reranker::close);
    return reranker;
  }

  private static BatchListener all(ObjectProvider<BatchListener> listeners) {
    return BatchListeners.of(listeners.orderedStream().toList());
  }

  private static ClassLoader loader(ResourceLoader resources) {
    ClassLoader loader = resources.getClassLoader();
    return loader == null ? BgeAutoConfiguration.class.getClassLoader() : loader;
  }
}
