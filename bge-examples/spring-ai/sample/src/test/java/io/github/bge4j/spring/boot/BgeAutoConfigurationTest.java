package io.github.bge4j.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.BgeReranker;
import io.github.bge4j.ClosedException;
import io.github.bge4j.Device;
import io.github.bge4j.Embedding;
import io.github.bge4j.InvalidTextException;
import io.github.bge4j.batching.BatchExecutor;
import io.github.bge4j.batching.BatchLimits;
import io.github.bge4j.batching.BatchListener;
import io.github.bge4j.batching.BatchReport;
import io.github.bge4j.batching.RequestOptions;
import io.github.bge4j.micrometer.BatchExecutorMetrics;
import io.github.bge4j.spring.BgeDocumentReranker;
import io.github.bge4j.spring.BgeEmbeddingModel;
import io.github.bge4j.testing.GoldenFiles;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.AbstractEmbeddingModel;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.rag.Query;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class BgeAutoConfigurationTest {

  private static final String TEXT = "Pandas eat bamboo.";
  private static final String M3 = "bge.embedding.model=" + GoldenFiles.path("m3");
  private static String reranker = "";

  private final ApplicationContextRunner application = new ApplicationContextRunner()
      .withConfiguration(AutoConfigurations.of(
          BgeAutoConfiguration.class,
          BgeSpringAiAutoConfiguration.class,
          BgeMetricsAutoConfiguration.class));

  @BeforeAll
  static void write(@TempDir Path folder) throws IOException {
    reranker = "bge.reranker.model=" + GoldenFiles.writeModel("reranker-label1", folder);
  }

  /** What an application has of another provider. */
  private static final class OtherModel extends AbstractEmbeddingModel {

    @Override
    public EmbeddingResponse call(EmbeddingRequest request) {
      return new EmbeddingResponse(List.of());
    }

    @Override
    public float[] embed(Document document) {
      return new float[0];
    }
  }

  private static final class Listener implements BatchListener {

    private final List<String> queues = new ArrayList<>();

    @Override
    public synchronized void batchRan(BatchReport report) {
      queues.add(report.queue());
    }
  }

  @Test
  void nothingSet_makesNothing() {
    application.run(context -> assertThat(context)
        .hasNotFailed()
        .doesNotHaveBean(BatchExecutor.class)
        .doesNotHaveBean(BgeEmbedder.class)
        .doesNotHaveBean(BgeReranker.class)
        .doesNotHaveBean(EmbeddingModel.class));
  }

  @Test
  void embeddingModelNamed_makesItAndTheExecutor() {
    application.withPropertyValues(M3).run(context -> {
      assertThat(context)
          .hasSingleBean(BatchExecutor.class)
          .hasSingleBean(BgeEmbedder.class)
          .hasSingleBean(BgeEmbeddingModel.class)
          .doesNotHaveBean(BgeReranker.class)
          .doesNotHaveBean(BgeDocumentReranker.class);
      EmbeddingModel model = context.getBean(EmbeddingModel.class);
      assertThat(model.embed(List.of(TEXT)).get(0))
          .isEqualTo(context.getBean(BgeEmbedder.class).dense(TEXT));
      assertThat(model.embedForResponse(List.of(TEXT)).getMetadata().getModel()).isEqualTo("m3");
    });
  }

  @Test
  void embeddingProperties_reachTheEmbedder() {
    application
        .withPropertyValues(
            M3,
            "bge.embedding.max-tokens=8",
            "bge.embedding.truncation=error",
            "bge.embedding.query-instruction=query:",
            "bge.embedding.passage-instruction=passage:",
            "bge.embedding.normalize=false",
            "bge.embedding.pooling=cls",
            "bge.embedding.precision=fp32",
            "bge.embedding.device=cpu",
            "bge.embedding.threads-per-worker=1",
            "bge.embedding.max-batch-texts=4",
            "bge.embedding.metadata-mode=all")
        .run(context -> {
          BgeEmbedder embedder = context.getBean(BgeEmbedder.class);
          assertThat(embedder.maxTokens()).isEqualTo(8);
          assertThat(embedder.queryInstruction()).isEqualTo("query:");
          assertThat(embedder.passageInstruction()).isEqualTo("passage:");
          assertThat(embedder.device()).hasToString("cpu (as asked for)");
          assertThat(length(embedder.dense("a"))).isNotCloseTo(1, within());
          assertThatThrownBy(() -> embedder.dense("bamboo ".repeat(9)))
              .isInstanceOf(InvalidTextException.class);
          assertThat(context
                  .getBean(BgeEmbeddingModel.class)
                  .getEmbeddingContent(new Document(TEXT, java.util.Map.of("topic", "animals"))))
              .contains("topic: animals");
        });
  }

  private static org.assertj.core.data.Offset<Double> within() {
    return org.assertj.core.data.Offset.offset(1e-3);
  }

  private static double length(float[] vector) {
    double sum = 0;
    for (float value : vector) {
      sum += value * value;
    }
    return Math.sqrt(sum);
  }

  @Test
  void rerankerNamed_makesItAloneAndKeepsTheBest() {
    application
        .withPropertyValues(
            reranker,
            "bge.reranker.top-n=1",
            "bge.reranker.max-tokens=32",
            "bge.reranker.max-query-tokens=8")
        .run(context -> {
          assertThat(context)
              .hasSingleBean(BatchExecutor.class)
              .hasSingleBean(BgeReranker.class)
              .doesNotHaveBean(BgeEmbedder.class);
          assertThat(context.getBean(BgeReranker.class).maxTokens()).isEqualTo(32);
          List<Document> best = context
              .getBean(BgeDocumentReranker.class)
              .process(new Query("q"), List.of(new Document("a"), new Document("b")));
          assertThat(best).hasSize(1);
          assertThat(best.get(0).getScore()).isBetween(0.0, 1.0);
        });
  }

  @Test
  void rerankerWithoutNormalize_givesLogitsAndTheirLeast() {
    double[] scores = new double[2];
    application
        .withPropertyValues(reranker)
        .run(context -> scores[0] = context.getBean(BgeReranker.class).score("q", "a"));
    application
        .withPropertyValues(reranker, "bge.reranker.normalize=false", "bge.reranker.min-score=1e9")
        .run(context -> {
          scores[1] = context.getBean(BgeReranker.class).score("q", "a");
          assertThat(context
                  .getBean(BgeDocumentReranker.class)
                  .process(new Query("q"), List.of(new Document("a"))))
              .isEmpty();
        });
    assertThat(scores[0]).isEqualTo(1 / (1 + Math.exp(-scores[1])));
  }

  @Test
  void bothModels_shareTheExecutorWithItsPropertiesAndListeners() {
    Listener first = new Listener();
    Listener second = new Listener();
    application
        .withPropertyValues(
            M3, reranker, "bge.executor.workers=1", "bge.executor.callers-run=false")
        .withBean("first", Listener.class, () -> first)
        .withBean("second", Listener.class, () -> second)
        .run(context -> {
          BatchExecutor executor = context.getBean(BatchExecutor.class);
          assertThat(executor.workers()).isEqualTo(1);
          assertThat(executor.callersRun()).isFalse();
          context.getBean(BgeEmbedder.class).dense(TEXT);
          context.getBean(BgeReranker.class).score("q", TEXT);
        });
    assertThat(first.queues).containsExactly("embedder", "reranker");
    assertThat(second.queues).containsExactly("embedder", "reranker");
  }

  @Test
  void listenerThatThrows_keepsNothingFromTheOthers() {
    Listener second = new Listener();
    BatchListener first = new BatchListener() {
      @Override
      public void batchRan(BatchReport report) {
        throw new IllegalStateException("listener failed");
      }
    };
    application
        .withPropertyValues(M3)
        .withBean("first", BatchListener.class, () -> first)
        .withBean("second", BatchListener.class, () -> second)
        .run(context -> context.getBean(BgeEmbedder.class).dense(TEXT));
    assertThat(second.queues).containsExactly("embedder");
  }

  @Test
  void noListener_isNone() {
    assertThat(BatchListeners.of(List.of())).isSameAs(BatchListener.NONE);
  }

  @Test
  void emptyModelNames_makeNothing() {
    application
        .withPropertyValues(
            "bge.embedding.model=${EMBEDDING_MODEL_OF_NOBODY:}",
            "bge.reranker.model= ",
            "spring.ai.model.embedding=")
        .run(context -> assertThat(context)
            .hasNotFailed()
            .doesNotHaveBean(BatchExecutor.class)
            .doesNotHaveBean(BgeEmbedder.class)
            .doesNotHaveBean(BgeReranker.class));
  }

  @Test
  void contextClosed_letsACallInFlightEnd() {
    CompletableFuture<Embedding> call = callInFlightWhileTheContextIsClosed("10m", true);
    assertThat(call.join().dense()).hasSize(64);
  }

  @Test
  void contextClosedWithoutTime_failsACallInFlight() {
    CompletableFuture<Embedding> call = callInFlightWhileTheContextIsClosed("0s", false);
    assertThatThrownBy(call::join).hasCauseInstanceOf(ClosedException.class);
  }

  /**
   * Keeps the only worker busy, has a text wait behind it and closes the context.
   *
   * @param drains whether the worker is freed as soon as the executor takes no more, so that the
   *     text can run; else when the text has its outcome
   */
  private CompletableFuture<Embedding> callInFlightWhileTheContextIsClosed(
      String timeout, boolean drains) {
    CompletableFuture<CompletableFuture<Embedding>> call = new CompletableFuture<>();
    CountDownLatch begun = new CountDownLatch(1);
    application
        .withPropertyValues(
            M3,
            "bge.executor.workers=1",
            "bge.executor.callers-run=false",
            "bge.executor.shutdown-timeout=" + timeout)
        .run(context -> {
          BatchExecutor executor = context.getBean(BatchExecutor.class);
          BgeEmbedder embedder = context.getBean(BgeEmbedder.class);
          CompletableFuture<String> busy = executor
              .<String, String>register(
                  "busy", BatchLimits.packed(1, 1), text -> 1, (texts, on) -> {
                    begun.countDown();
                    CompletableFuture<Embedding> text = call.join();
                    while (drains ? !executor.isClosed() : !text.isDone()) {
                      Thread.onSpinWait();
                    }
                    return texts;
                  })
              .submit("busy", RequestOptions.query());
          begun.await();
          call.complete(embedder.embedAsync(TEXT));
          context.getSourceApplicationContext().close();
          assertThat(busy).isNotCompletedExceptionally();
        });
    return call.join();
  }

  @Test
  void executorOfTheApplication_isUsed() {
    BatchExecutor own = BatchExecutor.builder().workers(3).build();
    application
        .withPropertyValues(M3)
        .withBean("own", BatchExecutor.class, () -> own)
        .run(context -> {
          assertThat(context.getBean(BatchExecutor.class)).isSameAs(own);
          own.close();
          assertThatThrownBy(() -> context.getBean(BgeEmbedder.class).dense(TEXT))
              .isInstanceOf(ClosedException.class);
        });
  }

  @Test
  void otherEmbeddingModel_stays() {
    application
        .withPropertyValues(M3)
        .withBean(OtherModel.class, OtherModel::new)
        .run(context -> assertThat(context)
            .hasSingleBean(EmbeddingModel.class)
            .hasSingleBean(OtherModel.class)
            .hasSingleBean(BgeEmbedder.class));
  }

  @Test
  void otherProviderChosen_leavesTheEmbedderOnly() {
    application
        .withPropertyValues(M3, "spring.ai.model.embedding=openai")
        .run(context -> assertThat(context)
            .doesNotHaveBean(EmbeddingModel.class)
            .hasSingleBean(BgeEmbedder.class));
  }

  @Test
  void contextClosed_closesModelsAndExecutor() {
    application.withPropertyValues(M3, reranker).run(context -> {
      BgeEmbedder embedder = context.getBean(BgeEmbedder.class);
      BgeReranker ranker = context.getBean(BgeReranker.class);
      BatchExecutor executor = context.getBean(BatchExecutor.class);
      context.getSourceApplicationContext().close();
      assertThat(executor.isClosed()).isTrue();
      assertThatThrownBy(() -> embedder.countTokens(TEXT)).isInstanceOf(ClosedException.class);
      assertThatThrownBy(() -> ranker.score("q", TEXT)).isInstanceOf(ClosedException.class);
    });
  }

  @Test
  void meterRegistry_getsTheMetersOfTheExecutor() {
    application
        .withPropertyValues(M3)
        .withBean(SimpleMeterRegistry.class, SimpleMeterRegistry::new)
        .run(context -> {
          context.getBean(BgeEmbeddingModel.class).embed(TEXT);
          MeterRegistry registry = context.getBean(MeterRegistry.class);
          assertThat(registry
                  .get("bge.batch.size")
                  .tag("queue", "embedder")
                  .summary()
                  .count())
              .isEqualTo(1);
          assertThat(registry
                  .get("bge.batch.queued.items")
                  .tag("lane", "query")
                  .gauge()
                  .value())
              .isZero();
        });
  }

  @Test
  void meterRegistriesWithoutAPrimaryOne_getNoMeters() {
    application
        .withPropertyValues(M3)
        .withBean("one", SimpleMeterRegistry.class, SimpleMeterRegistry::new)
        .withBean("two", SimpleMeterRegistry.class, SimpleMeterRegistry::new)
        .run(context ->
            assertThat(context).hasNotFailed().doesNotHaveBean(BatchExecutorMetrics.class));
  }

  @Test
  void deviceAuto_isWhatTheLibraryFinds() {
    application
        .withPropertyValues(M3, "bge.embedding.device=auto", "bge.embedding.precision=int8")
        .run(context -> assertThat(context.getBean(BgeEmbedder.class).device())
            .hasToString("cpu (precision INT8 is for a CPU alone)"));
  }

  @Test
  void deviceAutoWithALimitForCards_startsWithoutACard() {
    application
        .withPropertyValues(
            M3, "bge.embedding.device=auto", "bge.embedding.device-memory-limit=512MB")
        .run(context -> {
          BgeEmbedder embedder = context.getBean(BgeEmbedder.class);
          assertThat(embedder.device().devices()).hasSize(1).doesNotContain(Device.auto());
          assertThat(embedder.dense(TEXT)).hasSize(64);
        });
  }

  @Test
  void withoutMicrometer_worksAsWell() {
    application
        .withPropertyValues(M3)
        .withClassLoader(new FilteredClassLoader("io.micrometer.core", "io.github.bge4j.examples"))
        .run(context -> assertThat(context).hasSingleBean(BgeEmbeddingModel.class));
  }

  @Test
  void withoutSpringAi_makesTheModels() {
    application
        .withPropertyValues(M3, reranker)
        .withClassLoader(new FilteredClassLoader("org.springframework.ai"))
        .run(context -> assertThat(context)
            .hasSingleBean(BgeEmbedder.class)
            .hasSingleBean(BgeReranker.class)
            .doesNotHaveBean("bgeEmbeddingModel")
            .doesNotHaveBean("bgeDocumentReranker"));
  }

  @Test
  void withoutSpringAisRetrieval_makesTheEmbeddingModel() {
    application
        .withPropertyValues(M3, reranker)
        .withClassLoader(new FilteredClassLoader("org.springframework.ai.rag"))
        .run(context -> assertThat(context)
            .hasSingleBean(BgeEmbeddingModel.class)
            .doesNotHaveBean("bgeDocumentReranker"));
  }
}
