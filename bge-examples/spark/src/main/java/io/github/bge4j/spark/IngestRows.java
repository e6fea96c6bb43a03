package io.github.bge4j.spark;

import io.github.bge4j.qdrant.IngestReport;
import io.github.bge4j.qdrant.SourceDocument;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.ForeachPartitionFunction;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;

/**
 * Stores the rows of a partition in Qdrant, on an executor. Whatever attempts are made at a
 * partition, they write the same points.
 *
 * @param columns names: id, text, title, then those of the metadata
 * @param ingest the same for all partitions
 */
record IngestRows(
    QdrantTarget target,
    List<String> columns,
    UUID ingest,
    LongAccumulator documents,
    LongAccumulator points)
    implements ForeachPartitionFunction<Row> {

  private static final int ID = 0;
  private static final int TEXT = 1;
  private static final int TITLE = 2;
  private static final int METADATA = 3;

  private static final Set<DataType> METADATA_TYPES = Set.of(
      DataTypes.StringType,
      DataTypes.ByteType,
      DataTypes.ShortType,
      DataTypes.IntegerType,
      DataTypes.LongType,
      DataTypes.FloatType,
      DataTypes.DoubleType,
      DataTypes.BooleanType);

  /** What a job stored. */
  record Stored(long documents, long points) {}

  /**
   * Stores a data set. All rows of an id come to one partition, which refuses it the second time.
   *
   * @param title column of titles; empty for none
   */
  static Stored run(
      Dataset<Row> input,
      int partitions,
      String id,
      String text,
      String title,
      List<String> metadata,
      QdrantTarget target) {
    List<String> columns = new ArrayList<>(List.of(id, text, title));
    columns.addAll(metadata);
    List<Column> selected = new ArrayList<>();
    for (String name : columns) {
      selected.add(
          name.isEmpty() ? functions.lit("") : functions.col("`" + name.replace("`", "``") + "`"));
    }
    check(input.select(selected.toArray(Column[]::new)).schema(), columns);
    selected.set(ID, selected.get(ID).cast("string"));
    Dataset<Row> rows = input
        .select(selected.toArray(Column[]::new))
        .toDF(positions(columns.size()))
        .filter(functions.col("1").isNotNull())
        .repartition(partitions, functions.col("0"));
    LongAccumulator documents = input.sparkSession().sparkContext().longAccumulator("documents");
    LongAccumulator points = input.sparkSession().sparkContext().longAccumulator("points");
    rows.foreachPartition(
        new IngestRows(target, columns, prepare(input, target), documents, points));
    return new Stored(documents.value(), points.value());
  }

  /** Finds on the driver what would fail in a task, when points are stored already. */
  private static void check(StructType schema, List<String> columns) {
    for (int i = TEXT; i < columns.size(); i++) {
      DataType type = schema.fields()[i].dataType();
      boolean fits =
          i < METADATA ? type.equals(DataTypes.StringType) : METADATA_TYPES.contains(type);
      if (!fits) {
        throw new IllegalArgumentException("column " + columns.get(i) + " must hold "
            + (i < METADATA ? "strings" : "strings, whole numbers, floats, doubles or booleans")
            + ": it has the type " + type.simpleString() + "; cast it to string"
            + (i < METADATA ? "" : " or double, or leave it out"));
      }
    }
  }

  private static String[] positions(int count) {
    String[] names = new String[count];
    for (int i = 0; i < count; i++) {
      names[i] = String.valueOf(i);
    }
    return names;
  }

  /** Makes the collection, once; in a task, as the driver opens no model. */
  private static UUID prepare(Dataset<Row> input, QdrantTarget target) {
    return UUID.fromString(input
        .sparkSession()
        .range(0, 1, 1, 1)
        .map(
            (MapFunction<Long, String>)
                one -> target.with(ingest -> ingest.build().prepare()).toString(),
            Encoders.STRING())
        .head());
  }

  @Override
  public void call(Iterator<Row> rows) {
    if (!rows.hasNext()) {
      return;
    }
    int part = TaskContext.getPartitionId();
    Iterable<SourceDocument> input = () -> documents(rows);
    IngestReport report =
        target.with(builder -> builder.part(ingest, part).build().run(input));
    documents.add(report.documents());
    points.add(report.points());
  }

  private Iterator<SourceDocument> documents(Iterator<Row> rows) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public SourceDocument next() {
        return document(rows.next());
      }
    };
  }

  private SourceDocument document(Row row) {
    if (row.isNullAt(ID)) {
      throw new IllegalArgumentException("column " + columns.get(ID)
          + " must hold an id in every row: one is null; fill it or leave the row out");
    }
    Map<String, @Nullable Object> metadata = new HashMap<>();
    for (int i = METADATA; i < columns.size(); i++) {
      Object value = row.get(i);
      boolean isSmall = value instanceof Byte || value instanceof Short;
      metadata.put(columns.get(i), isSmall ? ((Number) value).intValue() : value);
    }
    String title = row.isNullAt(TITLE) ? "" : row.getString(TITLE);
    return new SourceDocument(row.getString(ID), title, row.getString(TEXT), metadata);
  }
}
