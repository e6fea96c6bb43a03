package io.github.bge4j.examples.cli;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Finds the nearest of all documents by looking at each one. */
final class ExactSearch {

  private static final Comparator<Candidate> BEST_FIRST =
      Comparator.comparingDouble(Candidate::score).reversed().thenComparingInt(Candidate::position);

  private final List<Document> documents;
  private final List<float[]> vectors;

  /** Makes a search in one vector a document, all of one dimension; nothing is copied. */
  ExactSearch(List<Document> documents, List<float[]> vectors) {
    this.documents = documents;
    this.vectors = vectors;
  }

  /**
   * Returns the documents with the highest dot product, best first; of equal ones the earlier
   * first. Time: all documents times the dimension.
   *
   * @param most how many at most, at least 1
   */
  List<Hit> find(float[] query, int most) {
    PriorityQueue<Candidate> best = new PriorityQueue<>(BEST_FIRST.reversed());
    for (int i = 0; i < vectors.size(); i++) {
      best.add(new Candidate(i, dot(query, vectors.get(i))));
      if (best.size() > most) {
        best.poll();
      }
    }
    return best.stream()
        .sorted(BEST_FIRST)
        .map(candidate -> new Hit(documents.get(candidate.position()), candidate.score()))
        .toList();
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  private record Candidate(int position, double score) {}
}
