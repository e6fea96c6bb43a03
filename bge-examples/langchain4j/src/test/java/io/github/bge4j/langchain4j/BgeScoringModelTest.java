package io.github.bge4j.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.output.TokenUsage;
import dev.langchain4j.model.scoring.ScoringModel;
import dev.langchain4j.rag.content.Content;
import dev.langchain4j.rag.content.ContentMetadata;
import dev.langchain4j.rag.content.aggregator.ReRankingContentAggregator;
import dev.langchain4j.rag.query.Query;
import io.github.bge4j.BgeReranker;
import io.github.bge4j.DeadlineException;
import io.github.bge4j.PairScore;
import io.github.bge4j.RankedDocument;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BgeScoringModelTest {

  private static final String QUERY = "Where do pandas live?";
  private static final List<String> TEXTS = List.of(
      "Pandas live in China.", "The Nile is a river.", "Bamboo", "Lesotho lies in South Africa.");

  @TempDir
  private static Path folder;

  private static BgeReranker reranker;
  private static ScoringModel model;

  @BeforeAll
  static void open() throws IOException {
    reranker = TestModels.openReranker(folder.resolve("reranker"));
    model = BgeScoringModel.of(reranker);
  }

  @AfterAll
  static void close() {
    reranker.close();
  }

  @Test
  void scoreAll_texts_givesTheRerankersLogitsInOrderAndItsTokens() {
    Response<List<Double>> response = model.scoreAll(segments(TEXTS), QUERY);
    List<PairScore> expected = reranker.scores(QUERY, TEXTS);
    assertThat(response.content())
        .containsExactlyElementsOf(expected.stream().map(PairScore::score).toList());
    assertThat(response.tokenUsage())
        .isEqualTo(
            new TokenUsage(expected.stream().mapToInt(PairScore::tokenCount).sum()));
  }

  @Test
  void score_oneText_isItsScore() {
    assertThat(model.score(TEXTS.get(0), QUERY).content())
        .isEqualTo(reranker.score(QUERY, TEXTS.get(0)));
  }

  @Test
  void scoreAll_rerankerThatNormalizes_givesSigmoids() throws IOException {
    try (BgeReranker normalizing = BgeReranker.builder()
        .model(TestModels.reranker(folder.resolve("normalizing")))
        .normalize(true)
        .build()) {
      List<Double> logits = model.scoreAll(segments(TEXTS), QUERY).content();
      assertThat(
              BgeScoringModel.of(normalizing).scoreAll(segments(TEXTS), QUERY).content())
          .containsExactlyElementsOf(
              logits.stream().map(logit -> 1 / (1 + Math.exp(-logit))).toList());
    }
  }

  @Test
  void scoreAll_noTexts_givesNoScores() {
    Response<List<Double>> response = model.scoreAll(List.of(), QUERY);
    assertThat(response.content()).isEmpty();
    assertThat(response.tokenUsage()).isEqualTo(new TokenUsage(0));
  }

  @Test
  void timeout_past_failsTheCall() {
    ScoringModel hurried =
        BgeScoringModel.builder(reranker).timeout(Duration.ZERO).build();
    assertThatThrownBy(() -> hurried.score("a", "b")).isInstanceOf(DeadlineException.class);
  }

  /** As containers do with the class of a bean. */
  @Test
  void publicClass_anyCore_canBeLookedAt() {
    assertThatCode(BgeScoringModel.class::getDeclaredMethods).doesNotThrowAnyException();
  }

  /** Why there is no aggregator of our own. */
  @Test
  void reRankingAggregator_severalQueriesAndRetrievers_fusesThemAndRanksByTheReranker() {
    Query asked = Query.from(QUERY);
    Map<Query, Collection<List<Content>>> found = new LinkedHashMap<>();
    found.put(asked, List.of(contents(0, 1), contents(2, 0)));
    found.put(Query.from("pandas"), List.of(contents(1, 3)));

    List<Content> ranked = ReRankingContentAggregator.builder()
        .scoringModel(model)
        .querySelector(queries -> asked)
        .build()
        .aggregate(found);

    List<RankedDocument<String>> expected = reranker.rerank(QUERY, TEXTS);
    assertThat(ranked)
        .extracting(content -> content.textSegment().text())
        .containsExactlyElementsOf(
            expected.stream().map(RankedDocument::document).toList());
    assertThat(ranked)
        .extracting(content -> content.metadata().get(ContentMetadata.RERANKED_SCORE))
        .containsExactlyElementsOf(
            expected.stream().map(hit -> (Object) hit.score()).toList());
  }

  private static List<Content> contents(int first, int second) {
    return List.of(Content.from(TEXTS.get(first)), Content.from(TEXTS.get(second)));
  }

  private static List<TextSegment> segments(List<String> texts) {
    return texts.stream().map(TextSegment::from).toList();
  }
}
