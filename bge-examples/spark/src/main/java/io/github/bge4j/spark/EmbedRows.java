package io.github.bge4j.spark;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.Embedding;
import io.github.bge4j.InputType;
import io.github.bge4j.Output;
import io.github.bge4j.sparse.SparseVector;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/**
 * Embeds the rows of a partition, on an executor.
 *
 * @param window most rows at once
 * @param column position of the text
 * @param outputs in the order of their columns
 * @param mapping {@code tokenizer} or {@code hash}
 */
record EmbedRows(
    ModelSettings settings,
    int window,
    int column,
    List<Output> outputs,
    InputType type,
    String mapping)
    implements MapPartitionsFunction<Row, Row> {

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    return new RowWindows(rows, window, this::results);
  }

  private List<@Nullable Row> results(List<Row> rows) {
    List<String> texts = new ArrayList<>(rows.size());
    for (Row row : rows) {
      if (!row.isNullAt(column)) {
        texts.add(row.getString(column));
      }
    }
    Iterator<Embedding> embeddings = embeddings(texts).iterator();
    List<@Nullable Row> results = new ArrayList<>(rows.size());
    for (Row row : rows) {
      results.add(row.isNullAt(column) ? null : result(embeddings.next()));
    }
    return results;
  }

  private List<Embedding> embeddings(List<String> texts) {
    if (texts.isEmpty()) {
      return List.of();
    }
    BgeEmbedder embedder = ExecutorModels.embedder(settings);
    return embedder.embed(texts, type, outputs.toArray(Output[]::new));
  }

  private Row result(Embedding embedding) {
    List<Object> values = new ArrayList<>(outputs.size() + 2);
    for (Output output : outputs) {
      values.add(
          switch (output) {
            case DENSE -> embedding.dense();
            case SPARSE -> sparse(embedding.lexicalWeights());
            case MULTI_VECTOR -> embedding.multiVector().toArray();
          });
    }
    values.add(embedding.tokenCount());
    values.add(embedding.truncated());
    return RowFactory.create(values.toArray());
  }

  private Row sparse(SparseVector weights) {
    SparseVector mapped = BgeEmbeddingTransformer.mapper(mapping).map(weights);
    return RowFactory.create(mapped.indices(), mapped.values());
  }
}
