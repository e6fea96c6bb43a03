package io.github.bge4j.lucene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.BgeReranker;
import io.github.bge4j.Embedding;
import io.github.bge4j.InputType;
import io.github.bge4j.InvalidOptionException;
import io.github.bge4j.InvalidTextException;
import io.github.bge4j.Output;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(Lifecycle.PER_CLASS)
final class BgeIndexTest {

  private static final Output[] ALL = {Output.DENSE, Output.SPARSE, Output.MULTI_VECTOR};
  private static final String[] WORDS = {
    "panda", "bamboo", "river", "city", "winter", "engine", "poem", "stone", "market", "cloud"
  };

  @TempDir
  private Path folder = Path.of("");

  private final BgeEmbedder embedder = Models.m3().build();

  @AfterAll
  void close() {
    embedder.close();
  }

  private BgeIndexBuilder builder(String name) {
    return BgeIndex.builder(folder.resolve(name), embedder).model("m3").outputs(ALL);
  }

  /** Returns different texts of three words. */
  private static List<IndexedDocument> documents(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new IndexedDocument(
            "d" + i,
            "Title " + WORDS[i % 10],
            WORDS[i / 10 % 10] + " " + WORDS[i / 100 % 10] + " " + i,
            Map.of("parity", List.of(i % 2 == 0 ? "even" : "odd"), "third", List.of("t" + i % 3))))
        .toList();
  }

  private static List<String> ids(List<Hit> hits) {
    return hits.stream().map(hit -> hit.document().id()).toList();
  }

  private Embedding question(String text) {
    return embedder.embed(text, InputType.QUERY, ALL);
  }

  private Map<String, Double> scores(
      List<IndexedDocument> documents, ToDoubleFunction<Embedding> score) {
    List<Embedding> embeddings =
        embedder.embed(documents.stream().map(IndexedDocument::passage).toList(), ALL);
    Map<String, Double> scores = new HashMap<>();
    for (int i = 0; i < documents.size(); i++) {
      scores.put(documents.get(i).id(), score.applyAsDouble(embeddings.get(i)));
    }
    return scores;
  }

  private static List<String> best(Map<String, Double> scores, int most) {
    return scores.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .limit(most)
        .map(Map.Entry::getKey)
        .toList();
  }

  private static float score(Map<String, Double> scores, String id) {
    return scores.getOrDefault(id, Double.NaN).floatValue();
  }

  private static void assertScores(List<Hit> hits, Map<String, Double> expected) {
    assertThat(hits)
        .isNotEmpty()
        .allSatisfy(hit -> assertThat((float) hit.score())
            .isEqualTo(score(expected, hit.document().id())));
  }

  @Test
  void search_dense_exactIsExactAndTheGraphNearlySo() throws IOException {
    List<IndexedDocument> documents = documents(500);
    Set<String> common = new HashSet<>();
    int wanted = 0;
    try (BgeIndex index = builder("dense").open()) {
      index.addAll(documents);
      index.commit();
      for (String word : WORDS) {
        Embedding question = question(word);
        Map<String, Double> scores = scores(documents, question::similarity);
        SearchRequest.Builder request =
            SearchRequest.builder(word).mode(SearchMode.DENSE).hits(10);
        List<Hit> exact = index.search(request.exact().build());
        assertScores(exact, scores);
        assertThat(exact.stream().map(Hit::score)).isSortedAccordingTo(Comparator.reverseOrder());
        assertThat(exact.get(9).score())
            .isEqualTo(score(scores, best(scores, 10).get(9)));

        List<Hit> approximate = index.search(SearchRequest.builder(word)
            .mode(SearchMode.DENSE)
            .hits(10)
            .candidates(50)
            .build());
        assertScores(approximate, scores);
        Set<String> found = new HashSet<>(ids(approximate));
        found.retainAll(ids(exact));
        found.forEach(id -> common.add(word + id));
        wanted += 10;
      }
    }
    assertThat(common).hasSizeGreaterThanOrEqualTo(wanted * 95 / 100);
  }

  @Test
  void search_sparse_hasTheModelsLexicalScores() throws IOException {
    List<IndexedDocument> documents = documents(200);
    Embedding question = question("panda bamboo 7");
    Map<String, Double> scores =
        scores(documents, passage -> question.lexicalWeights().dot(passage.lexicalWeights()));
    try (BgeIndex index = builder("sparse").open()) {
      index.addAll(documents);
      index.commit();
      List<Hit> hits = index.search(
          SearchRequest.builder("panda bamboo 7").mode(SearchMode.SPARSE).build());
      assertScores(hits, scores);
      assertThat(hits).hasSize(10);
      assertThat(hits.get(9).score()).isEqualTo(score(scores, best(scores, 10).get(9)));
    }
  }

  @Test
  void search_lateInteraction_ordersCandidatesByMaxSim() throws IOException {
    List<IndexedDocument> documents = documents(60);
    Embedding question = question("stone market");
    Map<String, Double> scores =
        scores(documents, passage -> question.multiVector().maxSim(passage.multiVector()));
    try (BgeIndex index = builder("colbert").open()) {
      index.addAll(documents);
      index.commit();
      List<Hit> hits = index.search(SearchRequest.builder("stone market")
          .mode(SearchMode.DENSE)
          .candidates(60)
          .lateInteraction()
          .build());
      assertScores(hits, scores);
      assertThat(ids(hits)).isEqualTo(best(scores, 10));
    }
  }

  @Test
  void search_reranked_hasTheRerankersScoresAndOrder() throws IOException {
    List<IndexedDocument> documents = documents(30);
    try (BgeReranker reranker = Models.openReranker(folder.resolve("reranker-model"));
        BgeIndex index = builder("reranked").open()) {
      index.addAll(documents);
      index.commit();
      List<Hit> hits = index.search(SearchRequest.builder("poem")
          .hits(5)
          .candidates(30)
          .rerankedBy(reranker)
          .build());
      List<String> expected =
          reranker.rerank("poem", documents, IndexedDocument::passage, 5).stream()
              .map(ranked -> ranked.document().id())
              .toList();
      assertThat(ids(hits)).isEqualTo(expected);
      assertThat(hits.get(0).score())
          .isEqualTo(reranker.score("poem", hits.get(0).document().passage()));
    }
  }

  @Test
  void search_filtered_findsOnlyWhatMatchesInEveryMode() throws IOException {
    try (BgeIndex index = builder("filtered").open()) {
      index.addAll(documents(100));
      index.commit();
      for (SearchMode mode : SearchMode.values()) {
        SearchRequest request = SearchRequest.builder("panda title")
            .mode(mode)
            .hits(100)
            .where("parity", "even")
            .where("third", "t0", "t2")
            .build();
        assertThat(index.search(request)).as("%s", mode).isNotEmpty().allSatisfy(hit -> {
          assertThat(hit.document().metadata()).containsEntry("parity", List.of("even"));
          assertThat(hit.document().metadata().get("third")).isIn(List.of("t0"), List.of("t2"));
        });
        SearchRequest none = SearchRequest.builder("panda title")
            .mode(mode)
            .where("parity", "neither")
            .build();
        assertThat(index.search(none)).as("%s", mode).isEmpty();
      }
    }
  }

  @Test
  void search_hybrid_fusesDenseAndSparseRanks() throws IOException {
    try (BgeIndex index = builder("hybrid").open()) {
      index.addAll(documents(100));
      index.commit();
      List<String> dense = ids(index.search(
          SearchRequest.builder("cloud 42").mode(SearchMode.DENSE).hits(100).build()));
      List<String> sparse = ids(index.search(
          SearchRequest.builder("cloud 42").mode(SearchMode.SPARSE).hits(100).build()));
      Map<String, Double> expected = new HashMap<>();
      for (List<String> ranking : List.of(dense, sparse)) {
        for (String id : ranking) {
          expected.merge(id, 1.0 / (61 + ranking.indexOf(id)), Double::sum);
        }
      }
      List<Hit> hits = index.search("cloud 42", 100);
      assertThat(sparse).isNotEmpty();
      assertThat(ids(hits)).containsExactlyInAnyOrderElementsOf(expected.keySet());
      assertScores(hits, expected);
      assertThat(hits.stream().map(Hit::score)).isSortedAccordingTo(Comparator.reverseOrder());
    }
  }

  @Test
  void search_moreThanThereIs_findsAll() throws IOException {
    try (BgeIndex index = builder("all").open()) {
      for (int count : new int[] {0, 30}) {
        index.addAll(documents(count));
        index.commit();
        for (SearchMode mode : SearchMode.values()) {
          SearchRequest.Builder request = SearchRequest.builder("title").mode(mode);
          List<Hit> found = index.search(request.hits(Integer.MAX_VALUE).build());
          // A sparse search finds no document without a weight in common.
          if (mode != SearchMode.SPARSE) {
            assertThat(found).as("%s", mode).hasSize(count);
          }
          assertThat(index.search(request.hits(100).build())).as("%s", mode).isEqualTo(found);
        }
      }
    }
  }

  @Test
  void search_embeddedQuestion_isNotEmbeddedAgain() throws IOException {
    try (BgeIndex index = builder("embedded").open();
        BgeEmbedder other = Models.openSmall()) {
      index.addAll(documents(50));
      index.commit();
      for (SearchMode mode : SearchMode.values()) {
        SearchRequest.Builder panda = SearchRequest.builder("panda 7").mode(mode);
        List<Hit> expected = index.search(panda.build());
        // The text plays no part but for BM25.
        SearchRequest.Builder request =
            SearchRequest.builder(mode == SearchMode.BM25 ? "panda 7" : "cloud").mode(mode);
        assertThat(index.search(request.embedding(question("panda 7")).build()))
            .as("%s", mode)
            .isEqualTo(expected);
      }
      assertThatThrownBy(() -> index.search(SearchRequest.builder("?")
              .mode(SearchMode.DENSE)
              .embedding(other.embed("?", InputType.QUERY, Output.DENSE))
              .build()))
          .isInstanceOf(InvalidOptionException.class)
          .hasMessageStartingWith(
              "the embedding of a question must have 64 components as those of" + " the index: ");
      assertThatThrownBy(() -> index.search(SearchRequest.builder("?")
              .embedding(embedder.embed("?", InputType.QUERY, Output.DENSE))
              .build()))
          .isInstanceOf(InvalidOptionException.class)
          .hasMessageStartingWith("the text was embedded without SPARSE");
    }
  }

  @Test
  void search_bm25_findsWordsByTheirStemsInTitleAndText() throws IOException {
    try (BgeIndex index = builder("bm25").open()) {
      index.addAll(List.of(
          new IndexedDocument("a", "Rivers", "They flow.", Map.of()),
          IndexedDocument.of("b", "An engine runs.")));
      index.commit();
      SearchRequest.Builder words = SearchRequest.builder("the river").mode(SearchMode.BM25);
      assertThat(ids(index.search(words.build()))).containsExactly("a");
      assertThat(
              index.search(SearchRequest.builder("the of").mode(SearchMode.BM25).build()))
          .isEmpty();
      String endless =
          String.join(" ", IntStream.range(0, 2_000).mapToObj(i -> "w" + i).toList());
      assertThatThrownBy(() ->
              index.search(SearchRequest.builder(endless).mode(SearchMode.BM25).build()))
          .isInstanceOf(InvalidOptionException.class)
          .hasMessage("a question must have at most 1024 words and filters for BM25: it has more;"
              + " shorten it");
      String longest =
          String.join(" ", IntStream.range(0, 1_024).mapToObj(i -> "w" + i).toList());
      assertThat(
              index.search(SearchRequest.builder(longest).mode(SearchMode.BM25).build()))
          .isEmpty();
      // Lucene counts a filter, too, but only when it searches.
      assertThatThrownBy(() -> index.search(SearchRequest.builder(longest)
              .mode(SearchMode.BM25)
              .where("a", "b")
              .where("c", "d")
              .build()))
          .isInstanceOf(InvalidOptionException.class);
    }
  }

  @Test
  void metadata_severalValues_areFoundByAnyAndComeBack() throws IOException {
    IndexedDocument document = IndexedDocument.of("1", "A panda.").with("tag", "b", "a");
    try (BgeIndex index = builder("values").open()) {
      index.add(document.with("none"));
      index.commit();
      for (String value : List.of("a", "b")) {
        assertThat(
                index.search(SearchRequest.builder("panda").where("tag", value).build()))
            .extracting(Hit::document)
            .containsExactly(document);
      }
      assertThat(index.addAll(List.of(document)).unchanged()).isEqualTo(1);
      assertThat(index.addAll(List.of(document.with("tag", "ba"))).unchanged()).isZero();
    }
  }

  /** What was cut by one limit is read further by another. */
  @Test
  void addAll_withOtherMaxTokens_embedsAgain() throws IOException {
    IndexedDocument document = IndexedDocument.of("1", "panda ".repeat(100));
    try (BgeEmbedder cutting = Models.m3().maxTokens(60).build();
        BgeIndex index =
            BgeIndex.builder(folder.resolve("cut"), cutting).outputs(ALL).open()) {
      assertThat(index.addAll(List.of(document)).truncated()).isEqualTo(1);
      index.commit();
      assertThat(index.addAll(List.of(document)).unchanged()).isEqualTo(1);
    }
    try (BgeIndex index = builder("cut").open()) {
      BulkReport report = index.addAll(List.of(document));
      assertThat(report.unchanged()).isZero();
      assertThat(report.tokens()).isGreaterThan(60);
    }
  }

  @Test
  void add_updateAndDelete_areVisibleAfterCommitAndReopening() throws IOException {
    IndexedDocument first = IndexedDocument.of("1", "A panda.").with("lang", "en");
    try (BgeIndex index = builder("changes").open()) {
      index.add(first);
      index.add(IndexedDocument.of("2", "A stone."));
      assertThat(index.size()).isZero();
      index.commit();
      assertThat(index.size()).isEqualTo(2);
      index.add(IndexedDocument.of("2", "A river."));
      index.delete("1", "nobody");
      index.commit();
      assertThat(index.size()).isEqualTo(1);
      index.add(first);
    }
    try (BgeIndex index = builder("changes").openReadOnly()) {
      List<Hit> hits = index.search("river", 9);
      assertThat(hits)
          .extracting(Hit::document)
          .containsExactlyInAnyOrder(first, IndexedDocument.of("2", "A river."));
    }
  }

  @Test
  void addAll_again_embedsOnlyWhatChanged() throws IOException {
    List<IndexedDocument> documents = new ArrayList<>(documents(300));
    try (BgeIndex index = builder("again").open()) {
      BulkReport first = index.addAll(documents);
      assertThat(first.documents()).isEqualTo(300);
      assertThat(first.unchanged()).isZero();
      assertThat(first.tokens()).isGreaterThan(900);
      index.commit();
      documents.set(7, IndexedDocument.of("d7", "new"));
      documents.add(documents.get(8).with("parity", "none"));
      // The old content once more, after the new one: the last of an id stays.
      documents.add(documents(300).get(7));
      List<Long> progress = new ArrayList<>();
      BulkReport second = index.addAll(documents.iterator(), progress::add);
      assertThat(second.documents()).isEqualTo(302);
      assertThat(second.unchanged()).isEqualTo(299);
      assertThat(progress).containsExactly(128L, 256L, 302L);
      index.commit();
      assertThat(index.size()).isEqualTo(300);
      assertThat(index.search("new", 300))
          .extracting(Hit::document)
          .contains(documents(300).get(7), documents(300).get(8).with("parity", "none"));
    }
  }

  /** What searches do not see yet counts, too. */
  @Test
  void addAll_afterAnUncommittedChange_bringsTheOldContentBack() throws IOException {
    IndexedDocument old = IndexedDocument.of("1", "A panda.");
    try (BgeIndex index = builder("back").open()) {
      index.add(old);
      index.commit();
      index.add(IndexedDocument.of("1", "A stone."));
      assertThat(index.addAll(List.of(old)).unchanged()).isZero();
      index.delete("1");
      assertThat(index.addAll(List.of(old)).unchanged()).isZero();
      assertThat(index.addAll(List.of(old)).unchanged()).isEqualTo(1);
      index.commit();
      assertThat(index.search("panda", 9)).extracting(Hit::document).containsExactly(old);
    }
  }

  @Test
  void rollback_uncommittedChanges_areGone() throws IOException {
    BgeIndex index = builder("rollback").open();
    index.add(IndexedDocument.of("kept", "A panda."));
    index.commit();
    index.add(IndexedDocument.of("lost", "A panda."));
    index.delete("kept");
    index.rollback();
    index.close();
    try (BgeIndex again = builder("rollback").openReadOnly()) {
      assertThat(ids(again.search("panda", 9))).containsExactly("kept");
    }
  }

  @Test
  void addAll_textThatCannotBeRead_namesTheDocument() throws IOException {
    List<IndexedDocument> documents = new ArrayList<>(documents(150));
    documents.set(140, IndexedDocument.of("broken", "\ud800"));
    try (BgeIndex index = builder("broken").open()) {
      assertThatThrownBy(() -> index.addAll(documents))
          .isInstanceOf(InvalidDocumentException.class)
          .hasMessageStartingWith("document broken: the text must be well-formed UTF-16")
          .hasCauseInstanceOf(InvalidTextException.class)
          .extracting(e -> ((InvalidDocumentException) e).id())
          .isEqualTo("broken");
    }
  }

  @Test
  void openReadOnly_besideAWriter_seesItsCommitsAndChangesNothing() throws IOException {
    try (BgeIndex writing = builder("shared").open();
        BgeIndex reading = builder("shared").openReadOnly()) {
      writing.add(IndexedDocument.of("1", "A panda."));
      writing.commit();
      assertThat(reading.size()).isZero();
      reading.refresh();
      assertThat(reading.size()).isEqualTo(1);
      assertThatThrownBy(() -> reading.delete("1"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("an index must be open for writing to be changed: it is for reading; use"
              + " open()");
      assertThatThrownBy(() -> builder("shared").open())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("must be open for writing once: it is so elsewhere");
    }
  }

  @Test
  void search_whatTheIndexHasNot_isRefused() throws IOException {
    try (BgeIndex index = builder("dense-only").outputs(Output.DENSE).open()) {
      assertThat(index.outputs()).containsExactly(Output.DENSE);
      assertThatThrownBy(() ->
              index.search(SearchRequest.builder("?").mode(SearchMode.SPARSE).build()))
          .isInstanceOf(InvalidOptionException.class)
          .hasMessage("a search can compare what the index has, [DENSE]: [SPARSE] were asked for;"
              + " choose another mode, or make the index with them");
      assertThatThrownBy(
              () -> index.search(SearchRequest.builder("?").lateInteraction().build()))
          .isInstanceOf(InvalidOptionException.class)
          .hasMessageContaining("[DENSE, MULTI_VECTOR] were asked for");
    }
  }

  @Test
  void values_outOfBounds_areRefused() {
    assertThatThrownBy(() -> IndexedDocument.of("", "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a document must have an id: it is empty; give it one");
    assertThatThrownBy(() -> IndexedDocument.of("1", "x").with("k", "v".repeat(32_767)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the metadata value of a document must have at most 32766 bytes of UTF-8: 32767;"
                + " shorten it");
    assertThatThrownBy(() -> SearchRequest.builder("x").hits(0).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("hits must be at least 1: 0");
    assertThatThrownBy(() -> builder("none").outputs(Output.SPARSE))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage("an index must have dense vectors: [SPARSE]; add DENSE");
  }
}
