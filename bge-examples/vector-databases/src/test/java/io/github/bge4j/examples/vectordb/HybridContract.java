package io.github.bge4j.examples.vectordb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.Embedding;
import io.github.bge4j.ModelSource;
import io.github.bge4j.Output;
import io.github.bge4j.Similarity;
import io.github.bge4j.sparse.SparseVector;
import io.github.bge4j.testing.GoldenFiles;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What every store does, on an engine of its own: vectors of a model with heads, fused exactly. */
abstract class HybridContract {

  private static final int TEXTS = 40;

  private static BgeEmbedder embedder;
  private static List<VectorRecord> records = List.of();

  @BeforeAll
  static void embed() {
    embedder = BgeEmbedder.builder()
        .model(ModelSource.directory(GoldenFiles.path("m3")))
        .build();
    List<String> texts = IntStream.range(0, TEXTS)
        .mapToObj(i -> "Text " + i + " is about " + (i % 7) + " rivers and city " + (i * 31 % 17))
        .toList();
    List<Embedding> embeddings = embedder.embed(texts, Output.DENSE, Output.SPARSE);
    records = IntStream.range(0, TEXTS)
        .mapToObj(i -> new VectorRecord(
            String.format("id-%02d", i),
            texts.get(i),
            embeddings.get(i).dense(),
            embeddings.get(i).lexicalWeights()))
        .toList();
  }

  @AfterAll
  static void close() {
    embedder.close();
  }

  /** Returns an empty store for vectors of this dimension and index space. */
  abstract HybridStore open(String name, int dimension, int indexSpace) throws Exception;

  private HybridStore filled(String name) throws Exception {
    HybridStore store = open(name, embedder.dimension(), 1 << 20);
    store.create();
    store.create();
    store.upsert(records.subList(0, 25));
    store.upsert(records.subList(20, TEXTS));
    return store;
  }

  @Test
  void search_severalQueries_isTheFusionOfBothExactSearches() throws Exception {
    HybridStore store = filled("fusion");
    for (String text : List.of("city 4 and 3 rivers", "Text 12", "river")) {
      Embedding query = embedder.embed(text, Output.DENSE, Output.SPARSE);
      List<FoundText> found = store.search(query.dense(), query.lexicalWeights(), 10);
      Map<String, Double> exact = fused(query);
      assertThat(found).hasSize(10);
      assertThat(found).extracting(FoundText::score).isSortedAccordingTo(Comparator.reverseOrder());
      List<Double> best =
          exact.values().stream().sorted(Comparator.reverseOrder()).limit(10).toList();
      for (int i = 0; i < found.size(); i++) {
        FoundText each = found.get(i);
        // Scores that differ in the last bits may change places: one rank is some 0.0003.
        assertThat(each.score()).isCloseTo(exact.get(each.id()), tolerance());
        assertThat(each.score()).isCloseTo(best.get(i), tolerance());
        assertThat(each.text()).isEqualTo(textOf(each.id()));
      }
    }
  }

  private static Offset<Double> tolerance() {
    return Offset.offset(6e-4);
  }

  private static String textOf(String id) {
    return records.stream()
        .filter(it -> it.id().equals(id))
        .findFirst()
        .orElseThrow()
        .text();
  }

  /** No two of these are near each other, so that every rank is certain. */
  @Test
  void search_threeClearTexts_addsOneThroughSixtyAndTheRank() throws Exception {
    HybridStore store = open("clear", 3, 100);
    store.create();
    store.upsert(List.of(
        new VectorRecord("a", "first", new float[] {1, 0, 0}, weights(7, 0.5f)),
        new VectorRecord("b", "second", new float[] {0, 1, 0}, weights(8, 0.3f)),
        new VectorRecord("c", "third", new float[] {0, 0, 1}, weights(7, 0.1f))));
    List<FoundText> found = store.search(new float[] {0.8f, 0.5f, 0.3f}, weights(7, 1), 3);
    assertThat(found).extracting(FoundText::id).containsExactly("a", "c", "b");
    double[] scores = {1 / 61.0 + 1 / 61.0, 1 / 63.0 + 1 / 62.0, 1 / 62.0};
    for (int i = 0; i < scores.length; i++) {
      assertThat(found.get(i).score()).isCloseTo(scores[i], Offset.offset(1e-6));
    }
  }

  private static SparseVector weights(int token, float weight) {
    return SparseVector.of(new int[] {token}, new float[] {weight});
  }

  @Test
  void search_textsThatShareNoToken_areFoundByTheirDenseVectorAlone() throws Exception {
    HybridStore store = filled("dense");
    float[] dense = records.get(3).dense();
    List<FoundText> found =
        store.search(dense, SparseVector.of(new int[] {999_999}, new float[] {0.5f}), 3);
    assertThat(found.get(0).id()).isEqualTo("id-03");
    assertThat(found.get(0).score()).isCloseTo(1 / 61.0, tolerance());
  }

  @Test
  void upsert_sameId_replacesTheRecord() throws Exception {
    HybridStore store = filled("replace");
    VectorRecord old = records.get(5);
    store.upsert(List.of(new VectorRecord(old.id(), "new", old.dense(), old.sparse())));
    List<FoundText> found = store.search(old.dense(), old.sparse(), TEXTS);
    assertThat(found).hasSize(TEXTS);
    assertThat(found)
        .filteredOn(each -> each.id().equals(old.id()))
        .extracting(FoundText::text)
        .containsExactly("new");
  }

  @Test
  void search_oddNumbersOfHits_areRefused() throws Exception {
    HybridStore store = filled("hits");
    VectorRecord any = records.get(0);
    for (int hits : new int[] {0, -1, 1_001}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> store.search(any.dense(), any.sparse(), hits))
          .withMessageStartingWith("hits must be from 1 to 1000: " + hits);
    }
  }

  private static Map<String, Double> fused(Embedding query) {
    Map<String, Double> scores = new HashMap<>();
    addRanks(scores, record -> {
      // Every text has a rank, those with a negative cosine too.
      return 1 + Similarity.DOT.of(record.dense(), query.dense());
    });
    addRanks(scores, record -> record.sparse().dot(query.lexicalWeights()));
    return scores;
  }

  private static void addRanks(Map<String, Double> scores, ToDoubleFunction<VectorRecord> measure) {
    List<VectorRecord> sorted = new ArrayList<>(records);
    sorted.removeIf(record -> measure.applyAsDouble(record) <= 0);
    sorted.sort(Comparator.comparingDouble(measure).reversed().thenComparing(VectorRecord::id));
    for (int i = 0; i < sorted.size(); i++) {
      scores.merge(sorted.get(i).id(), 1.0 / (60 + i + 1), Double::sum);
    }
  }
}
