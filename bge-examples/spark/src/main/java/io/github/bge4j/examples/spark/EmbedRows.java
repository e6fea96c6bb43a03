package io.github.bge4j.examples.spark;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.Embedding;
import io.github.bge4j.InputType;
import io.github.bge4j.Output;
import io.github.bge4j.sparse.SparseTokenMapper;
import io.github.bge4j.sparse.SparseVector;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
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
    return new RowWindows(rows, window, this::columns);
  }

  private List<@Nullable Object[]> columns(List<Row> rows) {
    List<String> texts = new ArrayList<>(rows.size());
    for (Row row : rows) {
      if (!row.isNullAt(column)) {
        texts.add(row.getString(column));
      }
    }
    Iterator<Embedding> embeddings = embeddings(texts).iterator();
    SparseTokenMapper mapper =
        mapping.equals("hash") ? SparseTokenMapper.hash() : SparseTokenMapper.tokenizer();
    List<@Nullable Object[]> columns = new ArrayList<>(rows.size());
    for (Row row : rows) {
      columns.add(
          row.isNullAt(column)
              ? new @Nullable Object[outputs.size() + 2]
              : values(embeddings.next(), mapper));
    }
    return columns;
  }

  private List<Embedding> embeddings(List<String> texts) {
    if (texts.isEmpty()) {
      return List.of();
    }
    BgeEmbedder embedder = ExecutorModels.embedder(settings);
    return embedder.embed(texts, type, outputs.toArray(Output[]::new));
  }

  private @Nullable Object[] values(Embedding embedding, SparseTokenMapper mapper) {
    @Nullable Object[] values = new @Nullable Object[outputs.size() + 2];
    for (int i = 0; i < outputs.size(); i++) {
      values[i] = switch (Objects.requireNonNull(outputs.get(i))) {
        case DENSE -> embedding.dense();
        case SPARSE -> sparse(mapper.map(embedding.lexicalWeights()));
        case MULTI_VECTOR -> embedding.multiVector().toArray();
      };
    }
    values[outputs.size()] = embedding.tokenCount();
    values[outputs.size() + 1] = embedding.truncated();
    return values;
  }

  private static Row sparse(SparseVector vector) {
    return RowFactory.create(vector.indices(), vector.values());
  }
}
