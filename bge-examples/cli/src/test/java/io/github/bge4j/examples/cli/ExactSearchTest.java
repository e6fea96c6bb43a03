package io.github.bge4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ExactSearchTest {

  private static List<String> find(int most, float... scores) {
    List<Document> documents = IntStream.range(0, scores.length)
        .mapToObj(i -> new Document(i + 1, Integer.toString(i), "", ""))
        .toList();
    List<float[]> vectors = IntStream.range(0, scores.length)
        .mapToObj(i -> new float[] {scores[i], 7})
        .toList();
    return new ExactSearch(documents, vectors)
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
}
