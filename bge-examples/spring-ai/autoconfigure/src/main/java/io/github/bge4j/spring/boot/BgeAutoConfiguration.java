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
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.io.ResourceLoader;

/**
 * The models themselves, {@link BgeEmbedder} and {@link BgeReranker}, and the {@link BatchExecutor}
 * that both use.
 *
 * <p>Each is there if its model is named, and gives way to a bean of the application. Models are
 * opened when the application starts, and one that cannot be opened fails the start. They are
 * closed when the context is, after what depends on them; the executor comes last.
 */
@AutoConfiguration
@ConditionalOnClass(BgeEmbedder.class)
@EnableConfigurationProperties({
  EmbeddingProperties.class,
  RerankerProperties.class,
  HubProperties.class,
  ExecutorProperties.class
})
@ImportRuntimeHints(BgeRuntimeHints.class)
public class BgeAutoConfiguration {

  /** Makes the configuration. */
  public BgeAutoConfiguration() {}

  @Bean
  @Conditional(OnModel.class)
  ModelDevices bgeModelDevices(EmbeddingProperties embedding, RerankerProperties reranker) {
    return ModelDevices.of(embedding, reranker);
  }

  @Bean(destroyMethod = "close")
  @ConditionalOnMissingBean
  @Conditional(OnModel.class)
  BatchExecutor bgeBatchExecutor(
      ExecutorProperties properties,
      ModelDevices devices,
      ObjectProvider<BatchListener> listeners) {
    return properties
        .builder(devices.shared())
        .listener(BatchListeners.of(listeners.orderedStream().toList()))
        .build();
  }

  @Bean(destroyMethod = "close")
  @ConditionalOnMissingBean
  @Conditional(OnEmbedding.class)
  BgeEmbedder bgeEmbedder(
      EmbeddingProperties properties,
      HubProperties hub,
      ModelDevices devices,
      BatchExecutor executor,
      ResourceLoader resources) {
    BgeEmbedderBuilder builder = properties
        .configure(BgeEmbedder.builder(), devices.embedding(), hub, loader(resources))
        .executor(executor);
    set(properties.pooling(), builder::pooling);
    set(properties.normalize(), builder::normalize);
    set(properties.queryInstruction(), builder::queryInstruction);
    set(properties.passageInstruction(), builder::passageInstruction);
    return builder.build();
  }

  @Bean(destroyMethod = "close")
  @ConditionalOnMissingBean
  @ConditionalOnProperty(RerankerProperties.PREFIX + ".model")
  BgeReranker bgeReranker(
      RerankerProperties properties,
      HubProperties hub,
      ModelDevices devices,
      BatchExecutor executor,
      ResourceLoader resources) {
    BgeRerankerBuilder builder = properties
        .configure(BgeReranker.builder(), devices.reranker(), hub, loader(resources))
        .normalize(properties.normalize());
    set(properties.maxQueryTokens(), builder::maxQueryTokens);
    // An executor stands for one device; on another the model has its own.
    if (devices.reranker().equals(devices.shared())) {
      builder.executor(executor);
    }
    return builder.build();
  }

  private static ClassLoader loader(ResourceLoader resources) {
    ClassLoader loader = resources.getClassLoader();
    return loader == null ? BgeAutoConfiguration.class.getClassLoader() : loader;
  }

  /**
   * The application names an embedding model, or asks for ours and has yet to be told to name it.
   */
  static final class OnEmbedding extends AnyNestedCondition {

    OnEmbedding() {
      super(ConfigurationPhase.REGISTER_BEAN);
    }

    @ConditionalOnProperty(EmbeddingProperties.PREFIX + ".model")
    static final class Named {}

    @ConditionalOnProperty(name = "spring.ai.model.embedding", havingValue = "bge")
    static final class Chosen {}
  }

  /** There is a model to run. */
  static final class OnModel extends AnyNestedCondition {

    OnModel() {
      super(ConfigurationPhase.REGISTER_BEAN);
    }

    @Conditional(OnEmbedding.class)
    static final class Embedding {}

    @ConditionalOnProperty(RerankerProperties.PREFIX + ".model")
    static final class Reranker {}
  }
}
