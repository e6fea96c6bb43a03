package io.github.bge4j.spark;

import java.util.List;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.DefaultParamsReadable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.types.DataTypes;
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

  /** See {@link #setQueryCol}. */
  private final Param<String> queryCol;
  /** See {@link #setPassageCol}. */
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

  @Override
  List<String> inputs() {
    return List.of(getOrDefault(queryCol), getOrDefault(passageCol));
  }

  @Override
  StructType added() {
    return new StructType()
        .add("score", DataTypes.DoubleType, false)
        .add("tokens", DataTypes.IntegerType, false)
        .add("truncated", DataTypes.BooleanType, false);
  }

  @Override
  ScoreRows work(List<Integer> columns) {
    return new ScoreRows(settings(), window(), columns.get(0), columns.get(1));
  }
}
