package io.github.bge4j.spark;

import io.github.bge4j.InvalidOptionException;
import io.github.bge4j.Output;
import io.github.bge4j.qdrant.CollectionSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A program for {@code spark-submit}: embeds a column of a Parquet or JSON data set, and writes all
 * columns as Parquet, or the texts with their vectors to a collection of Qdrant, in chunks, as
 * {@link io.github.bge4j.qdrant.QdrantIngest} does. The environment variable {@code QDRANT_API_KEY}
 * of the driver is sent to the tasks as the API key.
 */
public final class EmbedJob {

  private static final String USAGE = """
      usage: EmbedJob --input PATH --output PATH --model FOLDER|HUB_ID|NAME_OF_--files
                      [--format parquet|json] [--mode errorifexists|overwrite|append|ignore]
                      [--text-column text] [--outputs dense,sparse,colbert] [--precision fp32|int8|fp16]
                      [--device auto|cpu|cuda[:N]] [--max-tokens N] [--batch-size N]
                      [--partitions N] [--query true|false] [--sparse-mapping tokenizer|hash]
             in the place of --output:
                      --qdrant URL --collection NAME [--id-column id] [--title-column NAME]
                      [--metadata-columns NAME,NAME] [--model-name NAME] [--chunk-tokens N]""";

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
      "sparse-mapping",
      "qdrant",
      "collection",
      "id-column",
      "title-column",
      "metadata-columns",
      "model-name",
      "chunk-tokens");

  /** What a file of vectors needs and Qdrant has not, and the other way round. */
  private static final Set<String> OF_FILES = Set.of("output", "mode", "batch-size", "query");

  private static final Set<String> OF_QDRANT = Set.of(
      "collection", "id-column", "title-column", "metadata-columns", "model-name", "chunk-tokens");

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
    job.checkJar();
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

  /** The module's own jar has nothing of Qdrant. */
  private void checkJar() {
    if (!options.containsKey("qdrant")) {
      return;
    }
    try {
      Class.forName("io.github.bge4j.qdrant.QdrantIngest");
      Class.forName("io.qdrant.client.QdrantClient");
    } catch (ClassNotFoundException | LinkageError e) {
      throw new IllegalArgumentException(
          "option --qdrant needs the jar bge-spark-VERSION-qdrant.jar, which has Qdrant's client: "
              + e.getMessage() + " is missing; build it with \"mvn package -pl bge-examples/spark"
              + " -am\", and submit it from target/qdrant in the place of bge-spark-VERSION.jar",
          e);
    }
  }

  private void run(SparkSession session) {
    BgeEmbeddingTransformer embedding = stage();
    if (options.containsKey("sparse-mapping") && !embedding.chosen().contains(Output.SPARSE)) {
      throw new IllegalArgumentException("option --sparse-mapping needs sparse among --outputs: "
          + option("outputs", "dense") + "; add it, or leave the mapping out\n" + USAGE);
    }
    String format = option("format", "parquet").toLowerCase(Locale.ROOT);
    if (!Set.of("parquet", "json").contains(format)) {
      throw new IllegalArgumentException(
          "option --format must be parquet or json: " + format + "\n" + USAGE);
    }
    boolean stores = options.containsKey("qdrant");
    for (String other : stores ? OF_FILES : OF_QDRANT) {
      if (options.containsKey(other)) {
        throw new IllegalArgumentException("option --" + other + " must be left out "
            + (stores ? "with" : "without") + " --qdrant\n" + USAGE);
      }
    }
    Dataset<Row> input = session.read().format(format).load(required("input"));
    int partitions = number("partitions");
    if (stores) {
      store(input, partitions == 0 ? input.rdd().getNumPartitions() : partitions, embedding);
    } else {
      write(embedding.transform(partitions == 0 ? input : input.repartition(partitions)));
    }
  }

  private void write(Dataset<Row> vectors) {
    vectors.write().mode(option("mode", "errorifexists")).parquet(required("output"));
  }

  private void store(Dataset<Row> input, int partitions, BgeEmbeddingTransformer embedding) {
    QdrantTarget target = new QdrantTarget(
        required("qdrant"),
        new QdrantTarget.ApiKey(System.getenv("QDRANT_API_KEY")),
        required("collection"),
        embedding.settings(),
        modelName(),
        embedding.chosen(),
        option("sparse-mapping", "tokenizer"),
        number("chunk-tokens"));
    String metadata = option("metadata-columns", "");
    IngestRows.Stored stored = IngestRows.run(
        input,
        partitions,
        option("id-column", "id"),
        option("text-column", "text"),
        option("title-column", ""),
        metadata.isEmpty() ? List.of() : List.of(metadata.split(",", -1)),
        target);
    System.out.println(
        "stored " + stored.documents() + " documents in " + stored.points() + " points");
  }

  private String modelName() {
    String model = required("model");
    try {
      return options.containsKey("model-name")
          ? required("model-name")
          : CollectionSpec.modelName(model);
    } catch (InvalidOptionException e) {
      throw new IllegalArgumentException(
          "option --model-name must be given with --model " + model
              + ", whose path does not end in a name: name the model that its vectors are of\n"
              + USAGE,
          e);
    }
  }

  private BgeEmbeddingTransformer stage() {
    BgeEmbeddingTransformer stage = new BgeEmbeddingTransformer()
        .setModel(required("model"))
        .setInputCol(option("text-column", "text"))
        .setOutputs(option("outputs", "dense").split(",", -1))
        .setPrecision(option("precision", ""))
        .setDevice(option("device", ""))
        .setMaxTokens(number("max-tokens"))
        .setQuery(query())
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

  private boolean query() {
    String text = option("query", "false");
    if (!text.equals("true") && !text.equals("false")) {
      throw new IllegalArgumentException(
          "option --query must be true or false: " + text + "\n" + USAGE);
    }
    return text.equals("true");
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
