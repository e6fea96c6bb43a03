package io.github.bge4j.examples.spark;

import java.util.List;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.DefaultParamsReadable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Scores pairs of a query and a passage, one a row.
 *
 * <p>Adds {@code score double}, the model's logit (higher is more relevant), {@code tokens int},
 * which the model read of both, and {@code truncated boolean}. A row whose query or passage is null
 * gets null in each of these. Scores depend on their pair alone, as
 * {@linkplain BgeEmbeddingTransformer vectors} do on their text.
 */
public final class BgeRerankingTransformer extends BgeStage<BgeRerankingTransformer> {

  private static final long serialVersionUID = 1;

  private final Param<String> queryCol;
  private final Param<String> passageCol;

  /** Makes a stage that scores {@code query} and {@code passage} once its model is set. */
  public BgeRerankingTransformer() {
    this(Identifiable$.MODULE$.randomUID("bgeReranking"));
  }

  /**
   * Makes a stage likewise; Spark's readers call it.
   *
   * @param uid tells it from other stages
   */
  public BgeRerankingTransformer(String uid) {
    super(uid);
    queryCol = new Param<>(this, "queryCol", "column of queries");
    passageCol = new Param<>(this, "passageCol", "column of passages");
    setDefault(queryCol, "query");
    setDefault(passageCol, "passage");
  }

  /**
   * Returns a reader of saved stages.
   *
   * @return a reader
   */
  public static MLReader<BgeRerankingTransformer> read() {
    return new DefaultParamsReadable<BgeRerankingTransformer>() {}.read();
  }

  /**
   * Reads a saved stage.
   *
   * @param path where it was saved
   * @return the stage
   */
  public static BgeRerankingTransformer load(String path) {
    return read().load(path);
  }

  @Override
  BgeRerankingTransformer self() {
    return this;
  }

  /**
   * Returns the parameter of {@link #setQueryCol}.
   *
   * @return {@code query} by default
   */
  public Param<String> queryCol() {
    return queryCol;
  }

  /**
   * Returns the parameter of {@link #setPassageCol}.
   *
   * @return {@code passage} by default
   */
  public Param<String> passageCol() {
    return passageCol;
  }

  /**
   * Sets the column of queries.
   *
   * @param column of strings
   * @return this
   */
  public BgeRerankingTransformer setQueryCol(String column) {
    set(queryCol, column);
    return this;
  }

  /**
   * Sets the column of passages.
   *
   * @param column of strings
   * @return this
   */
  public BgeRerankingTransformer setPassageCol(String column) {
    set(passageCol, column);
    return this;
  }

  /**
   * Adds the columns; lazy, as every transformation of Spark. Nothing is shuffled.
   *
   * @param dataset with the columns of texts
   * @return its rows in their order and partitions
   * @throws IllegalArgumentException if a column is missing, of another type or there already, or
   *     no model is set
   */
  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    StructType complete = transformSchema(dataset.schema());
    ScoreRows score = new ScoreRows(
        settings(),
        window(),
        textColumn(dataset.schema(), getOrDefault(queryCol)),
        textColumn(dataset.schema(), getOrDefault(passageCol)));
    return dataset.toDF().mapPartitions(score, Encoders.row(complete));
  }

  /** {@inheritDoc} */
  @Override
  public StructType transformSchema(StructType schema) {
    textColumn(schema, getOrDefault(queryCol));
    textColumn(schema, getOrDefault(passageCol));
    return withColumns(
        schema,
        List.of(
            column("score", DataTypes.DoubleType),
            column("tokens", DataTypes.IntegerType),
            column("truncated", DataTypes.BooleanType)));
  }

  private static StructField column(String name, DataType type) {
    return DataTypes.createStructField(name, type, true);
  }
}
