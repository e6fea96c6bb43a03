package io.github.bge4j.spark;

import io.github.bge4j.PairScore;
import io.github.bge4j.TextPair;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/**
 * Scores the rows of a partition, on an executor.
 *
 * @param window most rows at once
 * @param query position of the query
 * @param passage position of the passage
 */
record ScoreRows(ModelSettings settings, int window, int query, int passage)
    implements MapPartitionsFunction<Row, Row> {

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    return new RowWindows(rows, window, this::results);
  }

  private List<@Nullable Row> results(List<Row> rows) {
    List<TextPair> pairs = new ArrayList<>(rows.size());
    for (Row row : rows) {
      if (isPair(row)) {
        pairs.add(new TextPair(row.getString(query), row.getString(passage)));
      }
    }
    Iterator<PairScore> scores = (pairs.isEmpty()
            ? List.<PairScore>of()
            : ExecutorModels.reranker(settings).scores(pairs))
        .iterator();
    List<@Nullable Row> results = new ArrayList<>(rows.size());
    for (Row row : rows) {
      results.add(isPair(row) ? result(scores.next()) : null);
    }
    return results;
  }

  private boolean isPair(Row row) {
    return !row.isNullAt(query) && !row.isNullAt(passage);
  }

  private static Row result(PairScore score) {
    return RowFactory.create(score.score(), score.tokenCount(), score.truncated());
  }
}
