package io.github.bge4j.qdrant;

import static io.qdrant.client.ConditionFactory.match;
import static io.qdrant.client.ConditionFactory.matchKeyword;
import static io.qdrant.client.ConditionFactory.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.BgeReranker;
import io.github.bge4j.Embedding;
import io.github.bge4j.InputType;
import io.github.bge4j.InvalidOptionException;
import io.github.bge4j.Output;
import io.github.bge4j.PairScore;
import io.github.bge4j.Similarity;
import io.github.bge4j.TextPair;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.Range;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Orders of a server are those of the library's own comparisons. */
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
abstract class SearchContract {

  private static final String QUESTION = "Which island has no rivers?";
  private static final Output[] ALL = {Output.DENSE, Output.SPARSE, Output.MULTI_VECTOR};

  private final TestServer.Kind kind;
  private TestServer server;
  private BgeEmbedder embedder;
  private String collection;
  private List<SourceDocument> documents;

  SearchContract(TestServer.Kind kind) {
    this.kind = kind;
  }

  /** Position, and embedding, of a document. */
  private record Passage(String id, Embedding embedding) {}

  @BeforeAll
  void ingest() throws IOException {
    server = TestServer.start(kind);
    embedder = TestModels.m3();
    collection = server.newCollection();
    documents = Factbook.documents(40);
    assertThat(ingest(collection, 1_024, documents).points()).isEqualTo(40);
  }

  private IngestReport ingest(String collection, int chunkTokens, List<SourceDocument> documents) {
    return QdrantIngest.builder(server.client(), embedder, spec(collection, ALL))
        .chunkTokens(chunkTokens)
        .build()
        .run(documents);
  }

  @AfterAll
  void close() {
    if (embedder != null) {
      embedder.close();
      server.close();
    }
  }

  private static CollectionSpec spec(String collection, Output... outputs) {
    return CollectionSpec.builder(collection, "tiny-m3").outputs(outputs).build();
  }

  private QdrantSearch.Builder search(Output... outputs) {
    return QdrantSearch.builder(server.client(), embedder, spec(collection, outputs));
  }

  private Embedding question() {
    return embedder.embed(QUESTION, InputType.QUERY, ALL);
  }

  private List<String> expected(ToDoubleFunction<Embedding> score) {
    List<Passage> passages = new ArrayList<>();
    for (SourceDocument document : documents) {
      passages.add(new Passage(
          document.id(), embedder.embed(document.title() + " " + document.text(), ALL)));
    }
    return passages.stream()
        .sorted(Comparator.comparingDouble(
            (Passage passage) -> -score.applyAsDouble(passage.embedding())))
        .map(Passage::id)
        .toList();
  }

  private static List<String> ids(List<SearchHit> hits) {
    return hits.stream().map(SearchHit::documentId).toList();
  }

  @Test
  void search_dense_isTheOrderOfTheSimilarities() {
    List<SearchHit> hits = search(Output.DENSE).build().search(QUESTION, 10);
    Embedding question = question();
    assertThat(ids(hits)).isEqualTo(expected(question::similarity).subList(0, 10));
    SourceDocument best = documents.stream()
        .filter(document -> document.id().equals(hits.get(0).documentId()))
        .findFirst()
        .orElseThrow();
    assertThat(hits.get(0).title()).isEqualTo(best.title());
    assertThat(hits.get(0).text()).isEqualTo(best.text());
    assertThat(hits.get(0).chunk()).isZero();
    assertThat(hits.get(0).metadata()).containsOnlyKeys("letter", "length");
    assertThat(hits.get(0).score())
        .isCloseTo(
            Similarity.COSINE.of(
                question.dense(), embedder.dense(best.title() + " " + best.text())),
            within(1e-5));
  }

  @Test
  void search_sparse_isTheOrderOfTheLexicalScores() {
    Embedding question = question();
    List<SearchHit> hits = search(Output.SPARSE).build().search(QUESTION, 10);
    assertThat(ids(hits))
        .isEqualTo(expected(passage -> question.lexicalWeights().dot(passage.lexicalWeights()))
            .subList(0, 10));
  }

  /** All candidates are scored again, so the order is ColBERT's alone. */
  @Test
  void search_allThree_isTheOrderOfTheMultiVectors() {
    Embedding question = question();
    List<SearchHit> hits = search(ALL).build().search(QUESTION, 10);
    assertThat(ids(hits))
        .isEqualTo(expected(passage -> question.multiVector().maxSim(passage.multiVector()))
            .subList(0, 10));
    List<SearchHit> fewer = search(ALL).candidates(1).build().search(QUESTION, 1);
    List<String> found = List.of(
        expected(question::similarity).get(0),
        expected(passage -> question.lexicalWeights().dot(passage.lexicalWeights()))
            .get(0));
    assertThat(found).containsAll(ids(fewer));
  }

  @Test
  void search_denseAndSparse_isFusedByRanks() {
    Embedding question = question();
    List<String> dense = expected(question::similarity);
    List<String> sparse =
        expected(passage -> question.lexicalWeights().dot(passage.lexicalWeights()));
    List<String> fused = documents.stream()
        .map(SourceDocument::id)
        .sorted(Comparator.comparingDouble(id -> -ranks(dense, sparse, id)))
        .toList();
    List<SearchHit> hits = search(Output.DENSE, Output.SPARSE).build().search(QUESTION, 10);
    // Equal sums may stand in any order: compare the sums.
    for (int i = 0; i < hits.size(); i++) {
      assertThat(ranks(dense, sparse, hits.get(i).documentId()))
          .isCloseTo(ranks(dense, sparse, fused.get(i)), within(1e-9));
      assertThat(hits.get(i).score())
          .isCloseTo(ranks(dense, sparse, hits.get(i).documentId()), within(1e-6));
    }
    assertThat(hits).hasSize(10);
  }

  /** As the paper has it: 60, and ranks from 1. */
  private static double ranks(List<String> dense, List<String> sparse, String id) {
    return 1.0 / (61 + dense.indexOf(id)) + 1.0 / (61 + sparse.indexOf(id));
  }

  @Test
  void search_embeddedQuestion_isAnsweredAsItsText() {
    Filter filter =
        Filter.newBuilder().addMust(matchKeyword("metadata.letter", "b")).build();
    assertThat(search(ALL).build().search(question(), 5, filter))
        .isEqualTo(search(ALL).build().search(QUESTION, 5, filter))
        .isNotEmpty();
    Embedding dense = embedder.embed(QUESTION, InputType.QUERY, Output.DENSE);
    assertThatThrownBy(() -> search(ALL).build().search(dense, 5, Filter.getDefaultInstance()))
        .isInstanceOf(InvalidOptionException.class);
    assertThatThrownBy(() -> search(ALL).reciprocalRanks(0))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage("the constant of RRF must be at least 1: 0");
  }

  @Test
  void search_scaledScores_isAnotherFusion() {
    List<SearchHit> hits =
        search(Output.DENSE, Output.SPARSE).scaledScores().build().search(QUESTION, 40);
    assertThat(hits).hasSize(40);
    assertThat(hits).extracting(SearchHit::score).isSortedAccordingTo(Comparator.reverseOrder());
    assertThat(hits.get(0).score()).isBetween(0.5, 2.0);
  }

  @Test
  void search_reranked_isTheOrderOfItsScores(@TempDir Path folder) throws IOException {
    try (BgeReranker reranker = TestModels.reranker(folder.resolve("reranker"))) {
      List<SearchHit> plain = search(ALL).build().search(QUESTION, 8);
      List<PairScore> scores = reranker.scores(plain.stream()
          .map(hit -> new TextPair(QUESTION, hit.title() + " " + hit.text()))
          .toList());
      List<SearchHit> hits =
          search(ALL).reranker(reranker).rerankDepth(8).build().search(QUESTION, 3);
      assertThatThrownBy(() -> search(ALL)
              .reranker(reranker)
              .build()
              .search(question(), 3, Filter.getDefaultInstance()))
          .isInstanceOf(InvalidOptionException.class)
          .hasMessageStartingWith("a search by an embedding must have no reranker");
      List<Double> best = scores.stream()
          .map(PairScore::score)
          .sorted(Comparator.reverseOrder())
          .limit(3)
          .toList();
      assertThat(hits).extracting(SearchHit::score).isEqualTo(best);
      assertThat(ids(plain)).containsAll(ids(hits));
    }
  }

  @Test
  void search_filter_leavesTheOthersOut() {
    Filter filter = Filter.newBuilder()
        .addMust(matchKeyword("metadata.letter", "b"))
        .addMust(range("metadata.length", Range.newBuilder().setLt(550).build()))
        .addMustNot(match("chunk", 1))
        .build();
    List<String> allowed = documents.stream()
        .filter(document -> document.id().startsWith("b") && document.text().length() < 550)
        .map(SourceDocument::id)
        .toList();
    assertThat(allowed).hasSizeBetween(3, 30);
    for (Output[] outputs : new Output[][] {{Output.DENSE}, {Output.DENSE, Output.SPARSE}, ALL}) {
      assertThat(ids(search(outputs).build().search(QUESTION, 40, filter)))
          .containsExactlyInAnyOrderElementsOf(allowed);
    }
    // Lexical weights find only what has a token in common.
    assertThat(ids(search(Output.SPARSE).build().search(QUESTION, 40, filter)))
        .isNotEmpty()
        .isSubsetOf(allowed);
  }

  @Test
  void search_emptyQuestion_isAnsweredByTheDenseVector() {
    assertThat(search(Output.DENSE, Output.SPARSE).build().search("", 5)).hasSize(5);
  }

  @Test
  void search_noSuchCollection_isRefused() {
    CollectionSpec other =
        CollectionSpec.builder(server.newCollection(), "tiny-m3").build();
    assertThatThrownBy(
            () -> QdrantSearch.builder(server.client(), embedder, other).build())
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("must be read: failed with NOT_FOUND at attempt 1");
    assertThatThrownBy(() -> search(ALL).build().search(QUESTION, 0))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage("hits must be at least 1: 0");
  }

  @Test
  void deleteCollection_noSuchCollection_isRefusedByTheClient() {
    assertThatThrownBy(
            () -> server.client().deleteCollectionAsync(server.newCollection()).get())
        .hasMessageContaining("could not be deleted");
  }

  /** What the ingest tests check on the stand-in, as far as it shows from outside. */
  @Test
  void ingest_again_replacesAndKeepsTheIds() throws Exception {
    String again = server.newCollection();
    List<SourceDocument> some = documents.subList(0, 12);
    ingest(again, 1_024, some);
    var before = server.payloads(again);
    assertThat(before).hasSize(12);
    IngestReport report = ingest(again, 64, some.subList(0, 5));
    assertThat(report.points()).isGreaterThan(10);
    var after = server.payloads(again);
    assertThat(after).hasSize((int) report.points() + 7);
    assertThat(after.keySet()).containsAll(before.keySet());
    ingest(again, 1_024, some);
    assertThat(server.payloads(again).keySet()).isEqualTo(before.keySet());
  }

  /** Its last batches are written, and what it deletes comes when a later ingest is complete. */
  @Test
  void ingest_attemptOfAnEarlierIngestComesLate_takesNoPointAway() throws Exception {
    String parts = server.newCollection();
    QdrantIngest.Builder ingest = QdrantIngest.builder(server.client(), embedder, spec(parts, ALL))
        .chunkTokens(64)
        .batchChunks(2);
    UUID earlier = ingest.build().prepare();
    QdrantIngest late = ingest.part(earlier, 0).build();
    QdrantIngest later = ingest.part(ingest.build().prepare(), 0).build();
    AtomicLong points = new AtomicLong();
    SourceDocument nearTheEnd = documents.get(documents.size() - 5);
    Iterable<SourceDocument> input = () -> documents.stream()
        .peek(document -> {
          if (document.equals(nearTheEnd)) {
            points.set(later.run(documents).points());
          }
        })
        .iterator();
    assertThatThrownBy(() -> late.run(input))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("make sure that nobody else writes these documents");
    assertThat(points.get()).isGreaterThan(documents.size());
    assertThat(server.payloads(parts)).hasSize((int) points.get());
  }
}
