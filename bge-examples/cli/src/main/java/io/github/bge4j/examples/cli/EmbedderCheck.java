package io.github.bge4j.examples.cli;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.Embedding;
import io.github.bge4j.InputType;
import io.github.bge4j.MultiVector;
import io.github.bge4j.Output;
import io.github.bge4j.Similarity;
import io.github.bge4j.sparse.SparseVector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jline.terminal.spi.SystemStream;

/**
 * Compares two embedders: all dense vectors and what is found by them, the other outputs of some
 * documents, and the speed. Owns neither of them.
 */
final class EmbedderCheck {

  /** As many texts as tell how fast a model is. */
  private static final int SAMPLE = 64;

  private static final int ROUNDS = 3;

  private final BgeEmbedder exact;
  private final BgeEmbedder other;
  private final Stdio stdio;

  EmbedderCheck(BgeEmbedder exact, BgeEmbedder other, Stdio stdio) {
    this.exact = exact;
    this.other = other;
    this.stdio = stdio;
  }

  /** What one model made of the work. */
  private record Answers(List<float[]> documents, List<float[]> queries, List<SearchResult> hits) {

    List<float[]> vectors() {
      List<float[]> all = new ArrayList<>(documents);
      all.addAll(queries);
      return all;
    }
  }

  void run(CheckWork work, PrecisionReport report) throws IOException {
    Answers expected = answer(exact, work);
    Answers actual = answer(other, work);
    report.compareVectors("dense", cosines(expected.vectors(), actual.vectors()));
    List<Text> sample = work.sample(SAMPLE).stream().map(Document::passage).toList();
    compareOtherOutputs(report, work, sample);
    report.writeSimilarity(exact.similarity());
    report.compareRankings(expected.hits(), actual.hits());
    if (work.judged()) {
      Evaluation before = Evaluation.of(expected.hits());
      Evaluation now = Evaluation.of(actual.hits());
      report.compareNdcg(before.ndcgAt10(), now.ndcgAt10());
      report.compareRecall(before.recallAt100(), now.recallAt100());
    }
    // Both models in turns, as the machine may have other work.
    for (int round = 0; round < ROUNDS; round++) {
      report.addRound(time(exact, sample, work), time(other, sample, work));
    }
  }

  private Answers answer(BgeEmbedder model, CheckWork work) {
    TextEmbedder embedder = new TextEmbedder(model);
    boolean shown = stdio.isTerminal().test(SystemStream.Error);
    long total = (long) work.documents().size() + work.queries().size();
    try (Progress progress = Progress.start("embedding", shown, total, "texts", 1)) {
      BulkEmbedder bulk = new BulkEmbedder(embedder, progress);
      List<float[]> documents = bulk.embed(
          work.name(),
          work.documents().stream().map(Document::passage).toList(),
          InputType.PASSAGE);
      List<float[]> queries = bulk.embed(
          work.name(), work.queries().stream().map(Query::text).toList(), InputType.QUERY);
      ExactSearch index = new ExactSearch(work.documents(), documents, model.similarity());
      List<SearchResult> hits = IntStream.range(0, queries.size())
          .mapToObj(i ->
              new SearchResult(work.queries().get(i), index.find(queries.get(i), Evaluation.DEPTH)))
          .toList();
      return new Answers(documents, queries, hits);
    }
  }

  private static double[] cosines(List<float[]> expected, List<float[]> actual) {
    return IntStream.range(0, expected.size())
        .mapToDouble(i -> Similarity.COSINE.of(expected.get(i), actual.get(i)))
        .toArray();
  }

  private void compareOtherOutputs(PrecisionReport report, CheckWork work, List<Text> sample)
      throws IOException {
    Output[] outputs = exact.outputs().toArray(new Output[0]);
    if (outputs.length == 1) {
      return;
    }
    List<Embedding> expected =
        new TextEmbedder(exact, outputs).embed(work.name(), sample, InputType.PASSAGE);
    List<Embedding> actual =
        new TextEmbedder(other, outputs).embed(work.name(), sample, InputType.PASSAGE);
    if (exact.outputs().contains(Output.SPARSE)) {
      double together = 0;
      double squares = 0;
      double otherSquares = 0;
      for (int i = 0; i < sample.size(); i++) {
        SparseVector weights = expected.get(i).lexicalWeights();
        SparseVector others = actual.get(i).lexicalWeights();
        together += weights.dot(others);
        squares += weights.dot(weights);
        otherSquares += others.dot(others);
      }
      report.compareSparse(together, Math.sqrt(squares * otherSquares));
    }
    if (exact.outputs().contains(Output.MULTI_VECTOR)) {
      report.compareVectors(
          "multi-vector",
          IntStream.range(0, sample.size())
              .mapToDouble(
                  i -> cosine(expected.get(i).multiVector(), actual.get(i).multiVector()))
              .toArray());
    }
  }

  /** Returns the mean over the tokens. */
  private static double cosine(MultiVector a, MultiVector b) {
    return IntStream.range(0, a.rows())
        .mapToDouble(row -> Similarity.COSINE.of(a.row(row), b.row(row)))
        .average()
        .orElse(1);
  }

  private static Throughput time(BgeEmbedder model, List<Text> sample, CheckWork work) {
    TextEmbedder embedder = new TextEmbedder(model);
    embedder.embed(work.name(), sample, InputType.PASSAGE);
    return embedder.throughput();
  }
}
