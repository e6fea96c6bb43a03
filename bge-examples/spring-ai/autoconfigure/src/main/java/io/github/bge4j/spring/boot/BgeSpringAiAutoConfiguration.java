package io.github.bge4j.spring.boot;

import static io.github.bge4j.spring.boot.ModelProperties.set;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.BgeReranker;
import io.github.bge4j.InvalidOptionException;
import io.github.bge4j.spring.BgeDocumentReranker;
import io.github.bge4j.spring.BgeEmbeddingModel;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.observation.EmbeddingModelObservationConvention;
import org.springframework.ai.rag.postretrieval.document.DocumentPostProcessor;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

/**
 * The models as Spring AI knows them: {@link BgeEmbeddingModel} unless the application has another
 * {@link EmbeddingModel} or {@code spring.ai.model.embedding} names another, and
 * {@link BgeDocumentReranker}.
 *
 * <p>Calls are observed if there is an {@link ObservationRegistry}, as those of the framework's own
 * models are.
 */
@AutoConfiguration(after = BgeAutoConfiguration.class)
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnClass({BgeEmbeddingModel.class, EmbeddingModel.class})
@EnableConfigurationProperties(SpringAiProperties.class)
public class BgeSpringAiAutoConfiguration {

  /** Makes the configuration. */
  public BgeSpringAiAutoConfiguration() {}

  @Bean
  @ConditionalOnBean(BgeEmbedder.class)
  @ConditionalOnMissingBean(EmbeddingModel.class)
  @Conditional(OnModel.NoOther.class)
  BgeEmbeddingModel bgeEmbeddingModel(
      BgeEmbedder embedder,
      EmbeddingProperties properties,
      SpringAiProperties springAi,
      ObjectProvider<ObservationRegistry> observations,
      ObjectProvider<EmbeddingModelObservationConvention> convention) {
    BgeEmbeddingModel.Builder builder =
        BgeEmbeddingModel.builder(embedder).metadataMode(springAi.embedding().metadataMode());
    set(properties.label(), builder::modelName);
    observations.ifUnique(builder::observationRegistry);
    convention.ifUnique(builder::observationConvention);
    return builder.build();
  }

  /** Of an application with Spring AI's retrieval. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(DocumentPostProcessor.class)
  static class Retrieval {

    @Bean
    @ConditionalOnBean(BgeReranker.class)
    @ConditionalOnMissingBean
    BgeDocumentReranker bgeDocumentReranker(
        BgeReranker reranker,
        RerankerProperties properties,
        SpringAiProperties springAi,
        ObjectProvider<ObservationRegistry> observations) {
      BgeDocumentReranker.Builder builder =
          BgeDocumentReranker.builder(reranker).metadataMode(springAi.reranker().metadataMode());
      try {
        set(springAi.reranker().topN(), builder::topN);
        set(springAi.reranker().minScore(), builder::minScore);
      } catch (InvalidOptionException e) {
        throw ModelProperties.below(RerankerProperties.PREFIX, e);
      }
      set(properties.label(), builder::modelName);
      observations.ifUnique(builder::observationRegistry);
      return builder.build();
    }
  }
}
