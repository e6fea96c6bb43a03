package io.github.bge4j.spark;

import io.github.bge4j.Device;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A stage that runs a model on the executors and adds columns to each row.
 *
 * <p>An executor opens a model once, when the first task needs it, and all its tasks share it until
 * the executor ends. The driver opens nothing, unless it is the executor too, as with
 * {@code local[*]}. A model that cannot be opened fails the task; the next one tries again.
 *
 * @param <T> the stage itself
 */
public abstract sealed class BgeStage<T extends BgeStage<T>> extends Transformer
    implements DefaultParamsWritable permits BgeEmbeddingTransformer, BgeRerankingTransformer {

  private static final long serialVersionUID = 1;

  private static final int DEFAULT_BATCH_SIZE = 256;

  /** Set before the parameters, which ask for it. */
  private final String uid;

  /** See {@link #setModel}. */
  @SuppressWarnings("serial") // Param is Serializable; its type argument is not looked at
  private final Param<String> model;

  /** See {@link #setPrecision}. */
  private final Param<String> precision;
  /** See {@link #setDevice}. */
  private final Param<String> device;
  /** See {@link #setOutputPrefix}. */
  private final Param<String> outputPrefix;
  /** See {@link #setMaxTokens}. */
  private final IntParam maxTokens;
  /** See {@link #setBatchSize}. */
  private final IntParam batchSize;
  /** See {@link #setWorkers}. */
  private final IntParam workers;

  @SuppressWarnings("this-escape") // Spark's parameters are made so: they read the uid alone
  BgeStage(String uid) {
    this.uid = uid;
    model = new Param<>(
        this,
        "model",
        "a folder that every executor sees, an id of the hub, or what --files or --archives brought");
    precision = new Param<>(
        this,
        "precision",
        "fp32, int8 or fp16; empty for what suits the device",
        ParamValidators.inArray(List.of("", "fp32", "int8", "fp16")));
    device = new Param<>(
        this,
        "device",
        "auto, cpu, cuda or cuda:N; empty for the GPU that Spark gave the task, or else the CPU");
    outputPrefix = new Param<>(this, "outputPrefix", "stands before the names of added columns");
    maxTokens = new IntParam(
        this,
        "maxTokens",
        "most tokens that are read of a text; 0 for what the model's files say",
        ParamValidators.gtEq(0));
    batchSize = new IntParam(
        this, "batchSize", "rows that a task gives to the model at once", ParamValidators.gtEq(1));
    workers = new IntParam(
        this,
        "workers",
        "threads that compute on a CPU; 0 for the executor's cores",
        ParamValidators.gtEq(0));
    setDefault(precision, "");
    setDefault(device, "");
    setDefault(outputPrefix, "");
    setDefault(maxTokens, 0);
    setDefault(batchSize, DEFAULT_BATCH_SIZE);
    setDefault(workers, 0);
  }

  abstract T self();

  /** {@inheritDoc} */
  @Override
  public String uid() {
    return uid;
  }

  /**
   * Copies the stage; what is given goes before what is set.
   *
   * @param extra parameters of the copy
   * @return a copy with the same uid
   */
  @Override
  public T copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /**
   * Returns the parameter of {@link #setModel}.
   *
   * @return without a default
   */
  public Param<String> model() {
    return model;
  }

  /**
   * Returns the parameter of {@link #setPrecision}.
   *
   * @return empty by default
   */
  public Param<String> precision() {
    return precision;
  }

  /**
   * Returns the parameter of {@link #setDevice}.
   *
   * @return empty by default
   */
  public Param<String> device() {
    return device;
  }

  /**
   * Returns the parameter of {@link #setOutputPrefix}.
   *
   * @return empty by default
   */
  public Param<String> outputPrefix() {
    return outputPrefix;
  }

  /**
   * Returns the parameter of {@link #setMaxTokens}.
   *
   * @return 0 by default
   */
  public IntParam maxTokens() {
    return maxTokens;
  }

  /**
   * Returns the parameter of {@link #setBatchSize}.
   *
   * @return 256 by default
   */
  public IntParam batchSize() {
    return batchSize;
  }

  /**
   * Returns the parameter of {@link #setWorkers}.
   *
   * @return 0 by default
   */
  public IntParam workers() {
    return workers;
  }

  /**
   * Sets the model. The first of these that is there on the executor: what {@code --archives} or
   * {@code --files} brought under this name ({@code .} for files side by side), a folder, a model
   * of the hub from the executor's cache or, if it is not there, downloaded.
   *
   * @param name such as {@code BAAI/bge-m3}
   * @return this
   */
  public T setModel(String name) {
    set(model, name);
    return self();
  }

  /**
   * Sets in what numbers the model computes.
   *
   * @param name {@code fp32}, {@code int8} or {@code fp16}; empty for fp32 on a CPU and fp16 on
   *     CUDA
   * @return this
   */
  public T setPrecision(String name) {
    set(precision, name);
    return self();
  }

  /**
   * Sets where the model runs.
   *
   * @param name {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:N}; empty for the resource
   *     {@code gpu} that Spark gave the task, or else the CPU
   * @return this
   */
  public T setDevice(String name) {
    if (!name.isEmpty()) {
      Device.parse(name);
    }
    set(device, name);
    return self();
  }

  /**
   * Sets what stands before the names of the added columns, so that several stages can follow each
   * other.
   *
   * @param prefix may be empty
   * @return this
   */
  public T setOutputPrefix(String prefix) {
    set(outputPrefix, prefix);
    return self();
  }

  /**
   * Sets the most tokens that are read of a text or a pair; what is longer is cut and marked.
   *
   * @param tokens special tokens included; 0 for what the model's files say
   * @return this
   */
  public T setMaxTokens(int tokens) {
    set(maxTokens, tokens);
    return self();
  }

  /**
   * Sets how many rows a task reads and gives to the model at once. It changes no result. A task
   * keeps so many rows in memory, and is cancelled between them.
   *
   * @param rows at least 1
   * @return this
   */
  public T setBatchSize(int rows) {
    set(batchSize, rows);
    return self();
  }

  /**
   * Sets how many threads of an executor compute on a CPU, all tasks together.
   *
   * @param threads 0 for the executor's cores: {@code spark.executor.cores}, the threads of a
   *     {@code local} master, or all that the JVM sees
   * @return this
   */
  public T setWorkers(int threads) {
    set(workers, threads);
    return self();
  }

  final ModelSettings settings() {
    if (!isDefined(model)) {
      throw new IllegalArgumentException(
          "parameter model of " + uid + " must be set: it is not; call setModel(name)");
    }
    return new ModelSettings(
        getOrDefault(model),
        getOrDefault(precision),
        getOrDefault(device),
        (int) getOrDefault(maxTokens),
        (int) getOrDefault(workers));
  }

  final int window() {
    return (int) getOrDefault(batchSize);
  }

  /** Returns the names of the columns of texts. */
  abstract List<String> inputs();

  /** Returns the added columns, without the prefix. */
  abstract StructType added();

  /**
   * Returns what adds to each row one value more: a row of the added columns, or null.
   *
   * @param columns positions of the columns of texts
   */
  abstract MapPartitionsFunction<Row, Row> work(List<Integer> columns);

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
    StructType schema = dataset.schema();
    transformSchema(schema);
    MapPartitionsFunction<Row, Row> work =
        work(inputs().stream().map(schema::fieldIndex).toList());
    Dataset<Row> computed =
        dataset.toDF().mapPartitions(work, Encoders.row(schema.add(uid, added(), true)));
    // As a column of its own a result would reach a typed function behind this stage as it was
    // made: without a schema, and with arrays where Spark has sequences.
    List<Column> columns = new ArrayList<>();
    for (String name : schema.fieldNames()) {
      columns.add(functions.col("`" + name.replace("`", "``") + "`"));
    }
    for (String name : added().fieldNames()) {
      columns.add(functions.col(uid).getField(name).as(getOrDefault(outputPrefix) + name));
    }
    return computed.select(columns.toArray(Column[]::new));
  }

  /**
   * Checks the columns of texts and returns all columns.
   *
   * @param schema of the input
   * @return the schema of what {@link #transform} gives
   * @throws IllegalArgumentException as there
   */
  @Override
  public StructType transformSchema(StructType schema) {
    List<String> names = List.of(schema.fieldNames());
    for (String input : inputs()) {
      if (!names.contains(input)) {
        throw new IllegalArgumentException(
            "input column must be one of " + names + ": " + input + "; set another");
      }
      DataType type = schema.apply(input).dataType();
      if (!type.equals(DataTypes.StringType)) {
        throw new IllegalArgumentException(
            "input column " + input + " must hold strings: " + type.simpleString() + "; cast it");
      }
    }
    StructType all = schema;
    for (StructField column : added().fields()) {
      String name = getOrDefault(outputPrefix) + column.name();
      if (names.contains(name)) {
        throw new IllegalArgumentException("output column must be new: " + name
            + "; drop it, or call setOutputPrefix with another prefix");
      }
      all = all.add(name, column.dataType(), true);
    }
    return all;
  }
}
