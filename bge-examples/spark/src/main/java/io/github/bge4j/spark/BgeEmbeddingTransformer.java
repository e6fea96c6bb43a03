package io.github.bge4j.spark;

import io.github.bge4j.InputType;
import io.github.bge4j.Output;
import io.github.bge4j.sparse.SparseTokenMapper;
import java.util.List;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.DefaultParamsReadable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Embeds a column of texts.
 *
 * <p>Adds, as far as {@link #setOutputs} asks for them, {@code dense array<float>}, {@code sparse
 * struct<indices array<int>, values array<float>>} with unsigned indices in ascending order, and
 * {@code colbert array<array<float>>}; and always {@code tokens int}, which the model read, and
 * {@code truncated boolean}.
 *
 * <p>A row whose text is null gets null in each of these. An empty or blank text is embedded as it
 * is. A text's columns do not depend on its neighbours, on partitions or on attempts: on machines
 * of one kind of CPU they are the same bit for bit, and on CUDA nearly.
 */
public final class BgeEmbeddingTransformer extends BgeStage<BgeEmbeddingTransformer> {

  private static final String TOKENIZER = "tokenizer";
  private static final String HASH = "hash";

  private static final long serialVersionUID = 1;

  /** See {@link #setInputCol}. */
  private final Param<String> inputCol;
  /** See {@link #setOutputs}. */
  private final StringArrayParam outputs;
  /** See {@link #setQuery}. */
  private final BooleanParam query;
  /** See {@link #setSparseMapping}. */
  private final Param<String> sparseMapping;

  /** Makes a stage that embeds the column {@code text} once its model is set. */
  public BgeEmbeddingTransformer() {
    this(Identifiable$.MODULE$.randomUID("bgeEmbedding"));
  }

  /**
   * Makes a stage likewise; Spark's readers call it.
   *
   * @param uid tells it from other stages
   */
  public BgeEmbeddingTransformer(String uid) {
    super(uid);
    inputCol = new Param<>(this, "inputCol", "column of texts");
    outputs = new StringArrayParam(this, "outputs", "some of dense, sparse and colbert");
    query = new BooleanParam(this, "query", "whether the texts are queries, not passages");
    sparseMapping = new Param<>(
        this,
        "sparseMapping",
        "what the sparse indices are: tokenizer for token ids, or hash",
        ParamValidators.inArray(List.of(TOKENIZER, HASH)));
    setDefault(inputCol, "text");
    setDefault(outputs, new String[] {"dense"});
    setDefault(query, false);
    setDefault(sparseMapping, TOKENIZER);
  }

  /**
   * Returns a reader of saved stages.
   *
   * @return a reader
   */
  public static MLReader<BgeEmbeddingTransformer> read() {
    return new DefaultParamsReadable<BgeEmbeddingTransformer>() {}.read();
  }

  /**
   * Reads a saved stage.
   *
   * @param path where it was saved
   * @return the stage
   */
  public static BgeEmbeddingTransformer load(String path) {
    return read().load(path);
  }

  @Override
  BgeEmbeddingTransformer self() {
    return this;
  }

  /**
   * Returns the parameter of {@link #setInputCol}.
   *
   * @return {@code text} by default
   */
  public Param<String> inputCol() {
    return inputCol;
  }

  /**
   * Returns the parameter of {@link #setOutputs}.
   *
   * @return {@code dense} alone by default
   */
  public StringArrayParam outputs() {
    return outputs;
  }

  /**
   * Returns the parameter of {@link #setQuery}.
   *
   * @return false by default
   */
  public BooleanParam query() {
    return query;
  }

  /**
   * Returns the parameter of {@link #setSparseMapping}.
   *
   * @return {@code tokenizer} by default
   */
  public Param<String> sparseMapping() {
    return sparseMapping;
  }

  /**
   * Sets the column of texts.
   *
   * @param column of strings
   * @return this
   */
  public BgeEmbeddingTransformer setInputCol(String column) {
    set(inputCol, column);
    return this;
  }

  /**
   * Sets what to compute, all from one pass of the model.
   *
   * @param names some of {@code dense}, {@code sparse} and {@code colbert}, as far as the model has
   *     them
   * @return this
   */
  public BgeEmbeddingTransformer setOutputs(String... names) {
    for (String name : names) {
      output(name);
    }
    set(outputs, names.clone());
    return this;
  }

  /**
   * Sets whether the texts are queries, which get the model's instruction.
   *
   * @param queries false for passages
   * @return this
   */
  public BgeEmbeddingTransformer setQuery(boolean queries) {
    set(query, queries);
    return this;
  }

  /**
   * Sets what the sparse indices are, in an index space of 2^20.
   *
   * @param name {@code tokenizer} for token ids, or {@code hash}
   * @return this
   * @see SparseTokenMapper
   */
  public BgeEmbeddingTransformer setSparseMapping(String name) {
    set(sparseMapping, name);
    return this;
  }

  @Override
  List<String> inputs() {
    return List.of(getOrDefault(inputCol));
  }

  @Override
  StructType added() {
    StructType columns = new StructType();
    for (Output output : chosen()) {
      columns = columns.add(columnName(output), type(output), false);
    }
    return columns
        .add("tokens", DataTypes.IntegerType, false)
        .add("truncated", DataTypes.BooleanType, false);
  }

  @Override
  EmbedRows work(List<Integer> columns) {
    return new EmbedRows(
        settings(),
        window(),
        columns.get(0),
        chosen(),
        (boolean) getOrDefault(query) ? InputType.QUERY : InputType.PASSAGE,
        getOrDefault(sparseMapping));
  }

  List<Output> chosen() {
    List<Output> chosen = List.of(getOrDefault(outputs)).stream()
        .map(BgeEmbeddingTransformer::output)
        .toList();
    if (chosen.isEmpty()) {
      throw new IllegalArgumentException(
          "outputs must name one at least: none; choose of dense, sparse and colbert");
    }
    return chosen;
  }

  private static Output output(String name) {
    for (Output output : Output.values()) {
      if (columnName(output).equals(name)) {
        return output;
      }
    }
    throw new IllegalArgumentException(
        "outputs must be dense, sparse or colbert: " + name + "; choose of these");
  }

  private static String columnName(Output output) {
    return switch (output) {
      case DENSE -> "dense";
      case SPARSE -> "sparse";
      case MULTI_VECTOR -> "colbert";
    };
  }

  private static DataType type(Output output) {
    DataType floats = DataTypes.createArrayType(DataTypes.FloatType, false);
    return switch (output) {
      case DENSE -> floats;
      case SPARSE ->
        new StructType()
            .add("indices", DataTypes.createArrayType(DataTypes.IntegerType, false), false)
            .add("values", floats, false);
      case MULTI_VECTOR -> DataTypes.createArrayType(floats, false);
    };
  }

  /** Returns the mapping of a name that {@link #setSparseMapping} takes. */
  static SparseTokenMapper mapper(String name) {
    return name.equals(HASH) ? SparseTokenMapper.hash() : SparseTokenMapper.tokenizer();
  }
}
