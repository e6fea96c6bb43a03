package io.github.bge4j.langchain4j;

import static dev.langchain4j.model.embedding.request.EmbeddingInputType.DOCUMENT;
import static dev.langchain4j.model.embedding.request.EmbeddingInputType.QUERY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.listener.EmbeddingModelListener;
import dev.langchain4j.model.embedding.listener.EmbeddingModelRequestContext;
import dev.langchain4j.model.embedding.listener.EmbeddingModelResponseContext;
import dev.langchain4j.model.embedding.request.EmbeddingInputType;
import dev.langchain4j.model.embedding.request.EmbeddingRequest;
import dev.langchain4j.model.embedding.response.EmbeddingResponse;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.output.TokenUsage;
import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.ClosedException;
import io.github.bge4j.DeadlineException;
import io.github.bge4j.InputType;
import io.github.bge4j.ModelSource;
import io.github.bge4j.batching.BatchExecutor;
import io.github.bge4j.batching.BatchListener;
import io.github.bge4j.batching.Lane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BgeEmbeddingModelTest {

  private static final String TEXT = "Paris is the capital of France.";

  private static BgeEmbedder embedder;
  private static BgeEmbeddingModel model;

  @BeforeAll
  static void open() {
    embedder = TestModels.m3();
    model = BgeEmbeddingModel.of(embedder);
  }

  @AfterAll
  static void close() {
    embedder.close();
  }

  @Test
  void core_ofThisRun_isTheOneThatTheBuildNames() {
    assertThat(EmbeddingModel.class
            .getProtectionDomain()
            .getCodeSource()
            .getLocation()
            .getPath())
        .endsWith("langchain4j-core-" + System.getProperty("bge.test.core") + ".jar");
  }

  @Test
  void embed_query_comesWithTheInstruction() {
    assertThat(vector(model, QUERY))
        .isEqualTo(embedder.dense(TEXT, InputType.QUERY))
        .isEqualTo(embedder.dense(TestModels.INSTRUCTION + TEXT))
        .isNotEqualTo(embedder.dense(TEXT));
  }

  @Test
  void embed_document_isThePassage() {
    assertThat(vector(model, DOCUMENT)).isEqualTo(embedder.dense(TEXT));
    assertThat(vector(model.forQueries(), DOCUMENT)).isEqualTo(embedder.dense(TEXT));
  }

  @Test
  void embed_noType_isAPassageUnlessTheModelIsForQueries() {
    EmbeddingModel untypedQueries =
        BgeEmbeddingModel.builder(embedder).untypedInput(QUERY).build();
    float[] passage = embedder.dense(TEXT);
    float[] query = embedder.dense(TEXT, InputType.QUERY);
    assertThat(model.embed(TEXT).content().vector()).isEqualTo(passage);
    assertThat(model.forQueries().embed(TEXT).content().vector()).isEqualTo(query);
    assertThat(untypedQueries.embed(TEXT).content().vector()).isEqualTo(query);
    assertThat(model.embedAll(List.of(TextSegment.from(TEXT))).content().get(0).vector())
        .isEqualTo(passage);
  }

  /** Without the framework's way in, which fills in the default. */
  @Test
  void doEmbed_noType_isAPassageUnlessTheModelIsForQueries() {
    EmbeddingRequest request = EmbeddingRequest.builder().input(TEXT).build();
    assertThat(model.doEmbed(request).embeddings().get(0).vector()).isEqualTo(embedder.dense(TEXT));
    assertThat(model.forQueries().doEmbed(request).embeddings().get(0).vector())
        .isEqualTo(embedder.dense(TEXT, InputType.QUERY));
  }

  @Test
  void embedAll_manyTexts_givesTheLibrarysVectorsInOrderAndAllTokens() {
    List<String> texts = IntStream.range(0, 40)
        .mapToObj(i -> "text " + "more ".repeat(i % 7) + i)
        .toList();
    Response<List<dev.langchain4j.data.embedding.Embedding>> response =
        model.embedAll(texts.stream().map(TextSegment::from).toList());
    assertThat(response.content())
        .extracting(dev.langchain4j.data.embedding.Embedding::vector)
        .containsExactlyElementsOf(embedder.dense(texts));
    assertThat(response.tokenUsage())
        .isEqualTo(new TokenUsage(texts.stream().mapToInt(embedder::countTokens).sum()));
  }

  @Test
  void embed_texts_areOneRequestInTheLaneOfTheirType() {
    Expired expired = new Expired();
    try (BatchExecutor executor = BatchExecutor.builder().listener(expired).build();
        BgeEmbedder own = BgeEmbedder.builder()
            .model(ModelSource.directory(TestModels.m3Folder()))
            .executor(executor)
            .build()) {
      EmbeddingModel late =
          BgeEmbeddingModel.builder(own).timeout(Duration.ZERO).build();
      EmbeddingRequest.Builder texts = EmbeddingRequest.builder().inputs("one", "and two", "three");
      assertThatThrownBy(() -> late.embed(texts.build())).isInstanceOf(DeadlineException.class);
      assertThatThrownBy(() -> late.embed(texts.inputType(QUERY).build()))
          .isInstanceOf(DeadlineException.class);
      assertThat(expired.requests).containsExactly(Lane.BULK + " 3", Lane.QUERY + " 3");
    }
  }

  @Test
  void embed_response_namesTheModel() {
    EmbeddingModel named =
        BgeEmbeddingModel.builder(embedder).modelName("BAAI/bge-m3").build();
    EmbeddingResponse response =
        named.embed(EmbeddingRequest.builder().input(TEXT).build());
    assertThat(response.modelName()).isEqualTo("BAAI/bge-m3");
    assertThat(named.modelName()).isEqualTo("BAAI/bge-m3");
    assertThat(model.modelName()).isEqualTo("unknown");
  }

  @Test
  void dimension_any_isTheEmbeddersWithoutACall() {
    BgeEmbedder closed = TestModels.m3();
    closed.close();
    assertThat(BgeEmbeddingModel.of(closed).dimension()).isEqualTo(64);
  }

  @Test
  void embed_parameterThatNoBgeModelHas_isRefused() {
    EmbeddingRequest shorter =
        EmbeddingRequest.builder().input(TEXT).dimensions(32).build();
    EmbeddingRequest other =
        EmbeddingRequest.builder().input(TEXT).modelName("other").build();
    assertThatThrownBy(() -> model.embed(shorter))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("dimensions");
    assertThatThrownBy(() -> model.embed(other))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("modelName");
  }

  @Test
  void listeners_call_areToldTypeModelAndTokens() {
    List<String> told = new ArrayList<>();
    EmbeddingModelListener listener = new EmbeddingModelListener() {
      @Override
      public void onRequest(EmbeddingModelRequestContext context) {
        told.add("request " + context.embeddingRequest().inputType());
      }

      @Override
      public void onResponse(EmbeddingModelResponseContext context) {
        EmbeddingResponse response = context.embeddingResponse();
        told.add(response.modelName() + " " + response.tokenUsage().inputTokenCount());
      }
    };
    BgeEmbeddingModel watched = BgeEmbeddingModel.builder(embedder)
        .modelName("tiny")
        .listeners(List.of(listener))
        .build();
    watched.embed(TEXT);
    watched.forQueries().embed(TEXT);
    int tokens = embedder.countTokens(TEXT);
    int queryTokens = embedder.countTokens(TestModels.INSTRUCTION + TEXT);
    assertThat(told)
        .containsExactly(
            "request DOCUMENT", "tiny " + tokens, "request QUERY", "tiny " + queryTokens);
  }

  @Test
  void timeout_past_failsTheCallAndNotTheModel() {
    EmbeddingModel hurried =
        BgeEmbeddingModel.builder(embedder).timeout(Duration.ZERO).build();
    assertThatThrownBy(() -> hurried.embed(TEXT)).isInstanceOf(DeadlineException.class);
    assertThat(model.embed(TEXT).content().vector()).hasSize(64);
  }

  @Test
  void embed_closedEmbedder_throwsTheLibrarysException() {
    BgeEmbedder closed = TestModels.m3();
    closed.close();
    EmbeddingModel late = BgeEmbeddingModel.of(closed);
    assertThatThrownBy(() -> late.embed(TEXT)).isInstanceOf(ClosedException.class);
  }

  private static float[] vector(EmbeddingModel model, EmbeddingInputType type) {
    return model
        .embed(EmbeddingRequest.builder().input(TEXT).inputType(type).build())
        .embeddings()
        .get(0)
        .vector();
  }

  /** Lane and items of each request that came too late. */
  private static final class Expired implements BatchListener {

    private final Queue<String> requests = new ConcurrentLinkedQueue<>();

    @Override
    public void requestExpired(String queue, Lane lane, int items) {
      requests.add(lane + " " + items);
    }
  }
}
