package io.github.bge4j.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.embedding.request.EmbeddingInputType;
import dev.langchain4j.model.embedding.request.EmbeddingRequest;
import dev.langchain4j.model.embedding.response.EmbeddingResponse;
import dev.langchain4j.model.scoring.ScoringModel;
import dev.langchain4j.model.scoring.request.ScoringRequest;
import dev.langchain4j.model.scoring.request.ScoringRequestParameters;
import dev.langchain4j.model.scoring.response.ScoringResponse;
import dev.langchain4j.rag.AugmentationRequest;
import dev.langchain4j.rag.AugmentationResult;
import dev.langchain4j.rag.DefaultRetrievalAugmentor;
import dev.langchain4j.rag.content.Content;
import dev.langchain4j.rag.content.aggregator.ReRankingContentAggregator;
import dev.langchain4j.rag.content.retriever.ContentRetriever;
import dev.langchain4j.rag.query.Metadata;
import dev.langchain4j.rag.query.Query;
import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.BgeReranker;
import io.github.bge4j.ClosedException;
import io.github.bge4j.InputType;
import io.github.bge4j.ModelSource;
import io.github.bge4j.RankedDocument;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What only cores with asynchronous calls can do. */
@Timeout(60)
class PipelineAsyncTest {

  private static final String QUESTION = "Where do pandas live?";
  private static final List<String> PASSAGES =
      List.of("Pandas live in China.", "The Nile is a river.", "Bamboo", "Lesotho is high up.");

  @TempDir
  private static Path folder;

  private static BgeEmbedder embedder;
  private static BgeReranker reranker;

  @BeforeAll
  static void open() throws IOException {
    embedder = TestModels.m3();
    reranker = TestModels.openReranker(folder);
  }

  @AfterAll
  static void close() {
    embedder.close();
    reranker.close();
  }

  @Test
  void embedAsync_query_givesWhatEmbedGives() throws Exception {
    BgeEmbeddingModel model = BgeEmbeddingModel.of(embedder);
    EmbeddingRequest request = EmbeddingRequest.builder()
        .inputs("one", "and two")
        .inputType(EmbeddingInputType.QUERY)
        .build();
    EmbeddingResponse response = model.embedAsync(request).get();
    assertThat(response).isEqualTo(model.embed(request));
    assertThat(response.embeddings().get(1).vector())
        .isEqualTo(embedder.dense("and two", InputType.QUERY));
  }

  @Test
  void embedAsync_closedEmbedder_failsWithTheLibrarysException() {
    BgeEmbedder closed = TestModels.m3();
    closed.close();
    CompletableFuture<EmbeddingResponse> response = BgeEmbeddingModel.of(closed)
        .embedAsync(EmbeddingRequest.builder().input("text").build());
    assertThatThrownBy(response::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(ClosedException.class);
  }

  @Test
  void scoreAsync_documents_givesWhatScoreAllGives() throws Exception {
    ScoringModel model = BgeScoringModel.builder(reranker).modelName("tiny").build();
    ScoringResponse response = model.scoreAsync(scoring(PASSAGES, null)).get();
    var expected = model.scoreAll(PASSAGES.stream().map(TextSegment::from).toList(), QUESTION);
    assertThat(response.scores()).isEqualTo(expected.content());
    assertThat(response.tokenUsage()).isEqualTo(expected.tokenUsage());
    assertThat(response.modelName()).isEqualTo("tiny");
    assertThat(model.scoreAsync(scoring(List.of(), "tiny")).get().scores()).isEmpty();
  }

  @Test
  void scoreAsync_anotherModel_isRefused() {
    ScoringModel model = BgeScoringModel.of(reranker);
    CompletableFuture<ScoringResponse> response = model.scoreAsync(scoring(PASSAGES, "other"));
    assertThatThrownBy(response::get)
        .hasCauseInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("the model of a request must be unknown: other; leave it unset");
  }

  private static ScoringRequest scoring(
      List<String> documents, @org.jspecify.annotations.Nullable String modelName) {
    return ScoringRequest.builder()
        .documents(documents)
        .query(QUESTION)
        .parameters(ScoringRequestParameters.builder().modelName(modelName).build())
        .build();
  }

  @Test
  void augmentAsync_hybridRetrieverAndReranker_neverBlocksAndGivesWhatAugmentGives()
      throws Exception {
    // Without offloadBlocking it refuses every part that can only block.
    DefaultRetrievalAugmentor augmentor = DefaultRetrievalAugmentor.builder()
        .contentRetriever(
            BgeHybridContentRetriever.builder(embedder, new HybridMemory(embedder, PASSAGES))
                .maxResults(3)
                .build())
        .contentAggregator(new ReRankingContentAggregator(BgeScoringModel.of(reranker)))
        .build();
    UserMessage message = UserMessage.from(QUESTION);
    AugmentationRequest request =
        new AugmentationRequest(message, Metadata.from(message, 1, List.of()));

    AugmentationResult result = augmentor.augmentAsync(request).get();

    assertThat(result.contents())
        .hasSize(3)
        .isEqualTo(augmentor.augment(request).contents());
    List<String> found =
        result.contents().stream().map(it -> it.textSegment().text()).toList();
    assertThat(reranker.rerank(QUESTION, found))
        .extracting(RankedDocument::document)
        .isEqualTo(found);
  }

  @Test
  void retrieveAsync_searchThatWaits_keepsNoWorkerOfTheModel() throws Exception {
    CompletableFuture<String> later = new CompletableFuture<>();
    try (BgeEmbedder own = BgeEmbedder.builder()
        .model(ModelSource.directory(TestModels.m3Folder()))
        .workers(1)
        .build()) {
      ContentRetriever retriever = BgeHybridContentRetriever.builder(
              own, (query, embedding, max) -> List.of(Content.from(later.join())))
          .build();
      CompletableFuture<List<Content>> found = retriever.retrieveAsync(Query.from(QUESTION));
      // Would wait for ever behind a search in the only worker.
      assertThat(own.embedAsync("another").get().dense()).hasSize(64);
      assertThat(found).isNotDone();
      later.complete("late");
      assertThat(found.get()).containsExactly(Content.from("late"));
    }
  }
}
