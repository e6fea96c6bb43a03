package io.github.bge4j.spark;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A program for {@code spark-submit}: embeds a column of a Parquet or JSON data set and writes all
 * columns as Parquet.
 */
public final class EmbedJob {

  private static final String USAGE = """
      usage: EmbedJob --input PATH --output PATH --model FOLDER|HUB_ID|NAME_OF_--files
                      [--format parquet|json] [--mode errorifexists|overwrite|append|ignore]
                      [--text-column text] [--outputs dense,sparse,colbert] [--precision fp32|int8|fp16]
                      [--device auto|cpu|cuda[:N]] [--max-tokens N] [--batch-size N]
                      [--partitions N] [--query true|false] [--sparse-mapping tokenizer|hash]""";

  private static final Set<String> OPTIONS = Set.of(
      "input",
      "output",
      "model",
      "format",
      "mode",
      "text-column",
      "outputs",
      "precision",
      "device",
      "max-tokens",
      "batch-size",
      "partitions",
      "query",
      "sparse-mapping");

  private final Map<String, String> options;

  private EmbedJob(Map<String, String> options) {
    this.options = options;
  }

  /**
   * Runs the job in the session that {@code spark-submit} set up.
   *
   * @param arguments names and values in turn; without any, the usage is in the message
   * @throws IllegalArgumentException if they are wrong
   */
  public static void main(String[] arguments) {
    EmbedJob job = new EmbedJob(parse(arguments));
    SparkSession session = SparkSession.builder().appName("bge-embed").getOrCreate();
    try {
      job.run(session);
    } finally {
      session.stop();
    }
  }

  /** Runs a job and leaves the session open. */
  static void run(SparkSession session, String... arguments) {
    new EmbedJob(parse(arguments)).run(session);
  }

  private void run(SparkSession session) {
    BgeEmbeddingTransformer embedding = stage();
    String format = option("format", "parquet").toLowerCase(Locale.ROOT);
    if (!Set.of("parquet", "json").contains(format)) {
      throw new IllegalArgumentException(
          "option --format must be parquet or json: " + format + "\n" + USAGE);
    }
    Dataset<Row> input = session.read().format(format).load(required("input"));
    int partitions = number("partitions");
    Dataset<Row> spread = partitions == 0 ? input : input.repartition(partitions);
    embedding
        .transform(spread)
        .write()
        .mode(option("mode", "errorifexists"))
        .parquet(required("output"));
  }

  private BgeEmbeddingTransformer stage() {
    BgeEmbeddingTransformer stage = new BgeEmbeddingTransformer()
        .setModel(required("model"))
        .setInputCol(option("text-column", "text"))
        .setOutputs(option("outputs", "dense").split(",", -1))
        .setPrecision(option("precision", ""))
        .setDevice(option("device", ""))
        .setMaxTokens(number("max-tokens"))
        .setQuery(Boolean.parseBoolean(option("query", "false")))
        .setSparseMapping(option("sparse-mapping", "tokenizer"));
    int rows = number("batch-size");
    return rows == 0 ? stage : stage.setBatchSize(rows);
  }

  private static Map<String, String> parse(String[] arguments) {
    Map<String, String> options = new LinkedHashMap<>();
    for (int i = 0; i < arguments.length; i += 2) {
      String name = arguments[i].startsWith("--") ? arguments[i].substring(2) : "";
      if (!OPTIONS.contains(name) || i + 1 == arguments.length) {
        throw new IllegalArgumentException(
            "an argument must be an option with a value: " + arguments[i] + " is not\n" + USAGE);
      }
      options.put(name, arguments[i + 1]);
    }
    return options;
  }

  private String required(String name) {
    String value = options.get(name);
    if (value == null) {
      throw new IllegalArgumentException("option --" + name + " must be given\n" + USAGE);
    }
    return value;
  }

  private String option(String name, String otherwise) {
    return options.getOrDefault(name, otherwise);
  }

  /** Returns 0 if nothing was said. */
  private int number(String name) {
    String text = option(name, "0");
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "option --" + name + " must be a number: " + text + "\n" + USAGE, e);
    }
  }
}
