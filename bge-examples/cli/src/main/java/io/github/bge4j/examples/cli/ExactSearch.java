package io.github.bge4j.examples.cli;

import io.github.bge4j.Similarity;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Finds the nearest of all documents by looking at each one. */
final class ExactSearch {

  private static final Comparator<Candidate> BEST_FIRST =
      Comparator.comparingDouble(Candidate::score).reversed().thenComparingInt(Candidate::position);

  private final List<Document> documents;
  private final List<float[]> vectors;
  private final Similarity similarity;

  /**
   * Makes a search in one vector a document, all of one dimension; nothing is copied.
   *
   * @param similarity how the model's vectors are compared
   */
  ExactSearch(List<Document> documents, List<float[]> vectors, Similarity similarity) {
    this.documents = documents;
    this.vectors = vectors;
    this.similarity = similarity;
  }

  /**
   * Returns the most similar documents, best first; of equal ones the earlier first. A score is
   * higher for what is more similar: a distance has a minus. Time: all documents times the
   * dimension.
   *
   * @param most how many at most, at least 1
   */
  List<Hit> find(float[] query, int most) {
    PriorityQueue<Candidate> best = new PriorityQueue<>(BEST_FIRST.reversed());
    for (int i = 0; i < vectors.size(); i++) {
      best.add(new Candidate(i, score(query, vectors.get(i))));
      if (best.size() > most) {
        best.poll();
      }
    }
    return best.stream()
        .sorted(BEST_FIRST)
        .map(candidate -> new Hit(documents.get(candidate.position()), candidate.score()))
        .toList();
  }

  private double score(float[] a, float[] b) {
    return switch (similarity) {
      case COSINE -> dot(a, b) / Math.max(Math.sqrt(dot(a, a) * dot(b, b)), Double.MIN_NORMAL);
      case DOT -> dot(a, b);
      case EUCLIDEAN -> -Math.sqrt(Math.max(0, dot(a, a) - 2 * dot(a, b) + dot(b, b)));
      case MANHATTAN -> -manhattan(a, b);
    };
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  private static double manhattan(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.abs((double) a[i] - b[i]);
    }
    return sum;
  }

  private record Candidate(int position, double score) {}
}
