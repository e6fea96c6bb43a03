package io.github.bge4j.spring.boot;

import io.github.bge4j.batching.BatchExecutor;
import io.github.bge4j.micrometer.BatchExecutorMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;

/**
 * The executor's meters, {@code bge.batch.*}, if the application has one {@link MeterRegistry}, or
 * a primary one. An executor of the application's own has all but its gauges only if it was built
 * with the {@link BatchExecutorMetrics} bean as its listener.
 */
@AutoConfiguration(
    after = BgeAutoConfiguration.class,
    afterName = {
      // Of Spring Boot 3 and 4.
      "org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration",
      "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration"
    })
@ConditionalOnClass({BatchExecutorMetrics.class, MeterRegistry.class})
@ConditionalOnBean(BatchExecutor.class)
@ConditionalOnSingleCandidate(MeterRegistry.class)
public class BgeMetricsAutoConfiguration {

  /** Makes the configuration. */
  public BgeMetricsAutoConfiguration() {}

  @Bean(destroyMethod = "close")
  @ConditionalOnMissingBean
  BatchExecutorMetrics bgeBatchExecutorMetrics(MeterRegistry registry) {
    return new BatchExecutorMetrics(registry);
  }

  /** The executor is made with the metrics as its listener, and can be watched only then. */
  @Bean
  @ConditionalOnSingleCandidate(BatchExecutor.class)
  SmartInitializingSingleton bgeBatchExecutorWatch(
      BatchExecutorMetrics metrics, BatchExecutor executor) {
    return () -> metrics.watch(executor);
  }
}
