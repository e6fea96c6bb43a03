package io.github.bge4j.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bge4j.BgeReranker;
import io.github.bge4j.InvalidOptionException;
import io.github.bge4j.ModelSource;
import io.github.bge4j.RankedDocument;
import io.github.bge4j.testing.GoldenFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.content.Media;
import org.springframework.ai.document.DefaultContentFormatter;
import org.springframework.ai.document.Document;
import org.springframework.ai.document.MetadataMode;
import org.springframework.ai.rag.Query;
import org.springframework.util.MimeTypeUtils;

/** With a small reranker that was never trained: its order means nothing, but it is one. */
class BgeDocumentRerankerTest {

  private static final Query QUERY = new Query("What do pandas eat?");
  private static final List<String> TEXTS =
      List.of("Pandas eat bamboo.", "Paris is in France.", "Bamboo is a grass.", "Cats sleep.");

  private static BgeReranker reranker;
  private static List<RankedDocument<String>> expected;

  private final List<Document> documents =
      TEXTS.stream().map(text -> new Document(text, Map.of("source", "test"))).toList();

  @BeforeAll
  static void open(@TempDir Path folder) throws IOException {
    reranker = BgeReranker.builder()
        .model(ModelSource.directory(GoldenFiles.writeModel("reranker-label1", folder)))
        .normalize(true)
        .maxTokens(32)
        .build();
    expected = reranker.rerank(QUERY.text(), TEXTS);
    assertThat(expected).extracting(RankedDocument::score).doesNotHaveDuplicates();
    assertThat(expected).extracting(RankedDocument::index).isNotEqualTo(List.of(0, 1, 2, 3));
  }

  @AfterAll
  static void close() {
    reranker.close();
  }

  private static BgeDocumentReranker.Builder builder() {
    return BgeDocumentReranker.builder(reranker);
  }

  private static List<String> expectedTexts(int topN) {
    return expected.stream().limit(topN).map(RankedDocument::document).toList();
  }

  @Test
  void process_allDocuments_ordersThemAsTheReranker() {
    List<Document> ranked = builder().build().process(QUERY, documents);
    assertThat(ranked).extracting(Document::getText).isEqualTo(expectedTexts(4));
    assertThat(ranked)
        .extracting(Document::getScore)
        .isEqualTo(expected.stream().map(RankedDocument::score).toList());
  }

  @Test
  void process_document_getsScoreRankAndCutAndKeepsTheRest() {
    DefaultContentFormatter formatter = DefaultContentFormatter.defaultConfig();
    documents.forEach(document -> document.setContentFormatter(formatter));
    Document best = builder().build().apply(QUERY, documents).get(0);
    Document original = documents.get(expected.get(0).index());
    assertThat(best.getId()).isEqualTo(original.getId());
    assertThat(best.getContentFormatter()).isSameAs(formatter);
    assertThat(best.getMetadata())
        .containsEntry("source", "test")
        .containsEntry(BgeDocumentReranker.SCORE, expected.get(0).score())
        .containsEntry(BgeDocumentReranker.RANK, 1)
        .containsEntry(BgeDocumentReranker.TRUNCATED, false);
    assertThat(original.getMetadata()).containsOnlyKeys("source");
    assertThat(original.getScore()).isNull();
  }

  @Test
  void process_longDocument_saysThatItWasCut() {
    Document document = new Document("bamboo ".repeat(50));
    assertThat(builder().build().process(QUERY, List.of(document)).get(0).getMetadata())
        .containsEntry(BgeDocumentReranker.TRUNCATED, true);
  }

  @Test
  void process_topN_keepsTheBest() {
    assertThat(builder().topN(2).build().process(QUERY, documents))
        .extracting(Document::getText)
        .isEqualTo(expectedTexts(2));
  }

  @Test
  void process_minScore_keepsThatScoreAndWhatIsBetter() {
    assertThat(builder().minScore(expected.get(2).score()).build().process(QUERY, documents))
        .extracting(Document::getText)
        .isEqualTo(expectedTexts(3));
    assertThat(builder().minScore(1.1).build().process(QUERY, documents)).isEmpty();
  }

  @Test
  void process_noDocuments_givesNone() {
    assertThat(builder().build().process(QUERY, List.of())).isEmpty();
  }

  @Test
  void process_metadataMode_readsMetadata() {
    Document document = new Document(TEXTS.get(0), Map.of("topic", "animals"));
    Document read = builder()
        .metadataMode(MetadataMode.ALL)
        .build()
        .process(QUERY, List.of(document))
        .get(0);
    assertThat(read.getScore())
        .isEqualTo(reranker.score(QUERY.text(), document.getFormattedContent(MetadataMode.ALL)))
        .isNotEqualTo(reranker.score(QUERY.text(), TEXTS.get(0)));
  }

  @Test
  void process_documentWithoutText_isRefused() {
    Media image = new Media(MimeTypeUtils.IMAGE_PNG, URI.create("file:/panda.png"));
    assertThatThrownBy(() ->
            builder().build().process(QUERY, List.of(new Document("7", image, Map.of()))))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageStartingWith("documents must have text: 7 has media only");
  }

  @Test
  void builder_valuesOutOfBounds_areRefused() {
    assertThatThrownBy(() -> builder().topN(0))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage("top n must be at least 1: 0; leave it unset to keep all");
    assertThatThrownBy(() -> builder().minScore(Double.NaN))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage("min score must be a number: NaN; leave it unset for any");
  }

  @Test
  void observation_asked_tellsOfTheCallAndNotItsTexts() {
    Observed observed = new Observed();
    builder()
        .modelName("tiny")
        .observationRegistry(observed.registry)
        .build()
        .process(QUERY, documents);
    int tokens = expected.stream().mapToInt(RankedDocument::tokenCount).sum();
    assertThat(observed.ended).hasSize(1);
    assertThat(observed.ended.get(0).getName()).isEqualTo(BgeDocumentReranker.OBSERVATION);
    assertThat(observed.onlyKeyValues())
        .isEqualTo(Map.of(
            "bge.model", "tiny",
            "bge.device", "cpu",
            "bge.precision", "fp32",
            "bge.documents", "4",
            "bge.tokens", String.valueOf(tokens),
            "bge.truncated", "0"));
  }
}
