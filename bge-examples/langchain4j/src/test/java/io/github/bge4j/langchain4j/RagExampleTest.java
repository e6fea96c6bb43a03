package io.github.bge4j.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.rag.AugmentationRequest;
import dev.langchain4j.rag.AugmentationResult;
import dev.langchain4j.rag.RetrievalAugmentor;
import dev.langchain4j.rag.content.ContentMetadata;
import dev.langchain4j.rag.query.Metadata;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.EmbeddingStore;
import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.BgeReranker;
import io.github.bge4j.InputType;
import io.github.bge4j.RankedDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The application and its pipeline, on real passages and the real bge-small-en-v1.5. */
class RagExampleTest {

  /** Enough for every question's answer to have rivals, and for a test to embed. */
  private static final int PASSAGES = 24;

  private static final int RETRIEVED = 10;
  private static final int RERANKED = 3;

  /** Each of one right answer; questions of few words in common with it. */
  private static final Map<String, String> ANSWERS = Map.of(
      "3", "pitcairn-islands",
      "4", "albania",
      "5", "nauru",
      "7", "svalbard",
      "8", "saint-helena");

  @TempDir
  private static Path folder;

  private static Map<String, String> texts;
  private static EmbeddingStore<TextSegment> store;
  private static BgeEmbedder embedder;
  private static BgeReranker reranker;
  private static RetrievalAugmentor augmentor;

  @BeforeAll
  static void open() throws IOException {
    texts = new LinkedHashMap<>(Factbook.passages());
    List<String> kept = Stream.concat(ANSWERS.values().stream(), texts.keySet().stream())
        .distinct()
        .limit(PASSAGES)
        .toList();
    texts.keySet().retainAll(kept);
    embedder = TestModels.openSmall();
    reranker = TestModels.openReranker(folder.resolve("reranker"));
    store = RagExample.store(
        embedder, texts.values().stream().map(TextSegment::from).toList());
    augmentor = RagExample.augmentor(embedder, reranker, store);
  }

  @AfterAll
  static void close() {
    embedder.close();
    reranker.close();
  }

  static Stream<String> questions() {
    return ANSWERS.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("questions")
  void augment_question_retrievesByTheEmbedderAndOrdersByTheReranker(String id) throws IOException {
    String question = Objects.requireNonNull(Factbook.questions().get(id), id);
    List<String> nearest = nearest(embedder.dense(question, InputType.QUERY));
    List<RankedDocument<String>> best = reranker.rerank(question, nearest, RERANKED);

    UserMessage message = UserMessage.from(question);
    AugmentationResult result =
        augmentor.augment(new AugmentationRequest(message, Metadata.from(message, 1, List.of())));

    assertThat(nearest).contains(texts.get(ANSWERS.get(id)));
    assertThat(result.contents())
        .extracting(content -> content.textSegment().text())
        .containsExactlyElementsOf(best.stream().map(RankedDocument::document).toList());
    assertThat(result.contents())
        .extracting(content -> content.metadata().get(ContentMetadata.RERANKED_SCORE))
        .containsExactlyElementsOf(
            best.stream().map(hit -> (Object) hit.score()).toList());
    assertThat(((UserMessage) result.chatMessage()).singleText())
        .startsWith(question)
        .contains(best.stream().map(RankedDocument::document).toList());
  }

  private static List<String> nearest(float[] query) {
    return store
        .search(EmbeddingSearchRequest.builder()
            .queryEmbedding(Embedding.from(query))
            .maxResults(RETRIEVED)
            .build())
        .matches()
        .stream()
        .map(match -> match.embedded().text())
        .toList();
  }

  /** The judgements that the test relies on. */
  @Test
  void answers_ofTheTest_areTheFactbooks() throws IOException {
    assertThat(Factbook.answers())
        .containsAll(ANSWERS.entrySet().stream()
            .map(entry -> entry.getKey() + "\t" + entry.getValue())
            .toList());
  }

  @Test
  void application_passagesOfAFile_answersWithTheBestByTheReranker() throws IOException {
    List<String> passages = texts.values().stream().limit(12).toList();
    Path file = Files.write(folder.resolve("passages.txt"), passages);
    Path rerankerFolder = folder.resolve("reranker");
    String question = "Where is the lake of tar?";

    String answer = RagExample.answer(
        TestModels.m3Folder().toString(), rerankerFolder.toString(), file, question);

    List<Integer> places =
        passages.stream().map(answer::indexOf).filter(at -> at >= 0).toList();
    assertThat(answer).startsWith(question);
    assertThat(places).hasSize(RERANKED);
    List<String> shown = passages.stream()
        .filter(answer::contains)
        .sorted(Comparator.comparingInt(answer::indexOf))
        .toList();
    assertThat(reranker.rerank(question, shown))
        .extracting(RankedDocument::document)
        .isEqualTo(shown);
  }
}
