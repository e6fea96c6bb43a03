package io.github.bge4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.Similarity;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ExactSearchTest {

  private static List<String> find(int most, float... scores) {
    List<Document> documents = IntStream.range(0, scores.length)
        .mapToObj(i -> new Document(i + 1, Integer.toString(i), "", ""))
        .toList();
    List<float[]> vectors = IntStream.range(0, scores.length)
        .mapToObj(i -> new float[] {scores[i], 7})
        .toList();
    return new ExactSearch(documents, vectors, Similarity.DOT)
        .find(new float[] {1, 0}, most).stream().map(hit -> hit.document().id()).toList();
  }

  @Test
  void find_fewerWanted_returnsBestFirst() {
    assertThat(find(2, 0.1f, 0.9f, -1f, 0.5f)).containsExactly("1", "3");
  }

  @Test
  void find_moreWantedThanThere_returnsAll() {
    assertThat(find(9, 0.1f, 0.9f)).containsExactly("1", "0");
  }

  @Test
  void find_equalScores_earlierDocumentFirst() {
    assertThat(find(2, 0.5f, 0.5f, 0.5f)).containsExactly("0", "1");
  }

  @ParameterizedTest
  @CsvSource({
    "DOT, long, 30",
    "COSINE, straight, 1",
    "EUCLIDEAN, near, -0.5",
    "MANHATTAN, near, -0.5",
  })
  void find_everySimilarity_findsItsOwnBest(Similarity similarity, String best, double score) {
    List<Document> documents = List.of(
        new Document(1, "long", "", ""),
        new Document(2, "straight", "", ""),
        new Document(3, "near", "", ""));
    List<float[]> vectors =
        List.of(new float[] {30, 40}, new float[] {7, 0}, new float[] {1, 0.5f});
    Hit hit = new ExactSearch(documents, vectors, similarity)
        .find(new float[] {1, 0}, 1)
        .get(0);
    assertThat(hit.document().id()).isEqualTo(best);
    assertThat(hit.score()).isEqualTo(score);
  }
}
