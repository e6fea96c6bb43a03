package io.github.bge4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.Embedding;
import io.github.bge4j.ModelSource;
import io.github.bge4j.testing.GoldenFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** What the tests of this module share. */
final class Sparks {

  private static final List<String> WORDS = List.of(
      "Paris",
      "is",
      "the",
      "capital",
      "of",
      "France",
      "wing",
      "flow",
      "über",
      "données",
      "検索",
      "model",
      "a",
      "boundary",
      "layer",
      "42",
      "heat",
      "transfer",
      "and",
      "speed",
      "price",
      "тест");

  private static final StructType SCHEMA = new StructType()
      .add("id", DataTypes.IntegerType, false)
      .add("text", DataTypes.StringType, true);

  private Sparks() {}

  /** Returns the one session of this JVM: two tasks at a time, each tried twice. */
  static SparkSession local() {
    return SparkSession.builder()
        .master("local[2,2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "2")
        .getOrCreate();
  }

  static String m3() {
    return GoldenFiles.path("m3").toString();
  }

  static BgeEmbedder openM3() {
    return BgeEmbedder.builder()
        .model(ModelSource.directory(GoldenFiles.path("m3")))
        .build();
  }

  /** Returns texts of 1 to 24 words, always the same. */
  static List<String> texts(int count) {
    Random random = new Random(7);
    List<String> texts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      List<String> words = random
          .ints(1 + random.nextInt(24), 0, WORDS.size())
          .mapToObj(WORDS::get)
          .toList();
      texts.add(String.join(" ", words));
    }
    return texts;
  }

  /** Returns rows of a number, from 0, and a text. */
  static Dataset<Row> rows(List<@Nullable String> texts, int partitions) {
    List<Row> rows = IntStream.range(0, texts.size())
        .mapToObj(i -> RowFactory.create(i, texts.get(i)))
        .toList();
    return local().createDataFrame(rows, SCHEMA).repartition(partitions);
  }

  /** Returns texts with their numbers as lines of JSON. */
  static Path json(List<String> texts, Path file) throws IOException {
    return Files.write(
        file,
        IntStream.range(0, texts.size())
            .mapToObj(i -> "{\"id\":" + i + ",\"text\":\"" + texts.get(i) + "\"}")
            .toList());
  }

  /** Checks that each text has one row, with the columns of the library's own result. */
  static void assertSame(List<Row> rows, List<Embedding> expected) {
    List<Row> sorted = new ArrayList<>(rows);
    sorted.sort((left, right) -> Integer.compare(id(left), id(right)));
    assertThat(sorted.stream().map(Sparks::id))
        .isEqualTo(IntStream.range(0, expected.size()).boxed().toList());
    for (int i = 0; i < expected.size(); i++) {
      assertSame(sorted.get(i), expected.get(i));
    }
  }

  private static int id(Row row) {
    return ((Number) row.getAs("id")).intValue();
  }

  /** Checks the columns dense, sparse, tokens and truncated bit for bit. */
  static void assertSame(Row row, Embedding expected) {
    assertThat(floats(row, "dense")).isEqualTo(expected.dense());
    Row sparse = row.getStruct(row.fieldIndex("sparse"));
    assertThat(sparse.<Integer>getList(sparse.fieldIndex("indices")))
        .isEqualTo(IntStream.of(expected.lexicalWeights().indices()).boxed().toList());
    assertThat(floats(sparse, "values")).isEqualTo(expected.lexicalWeights().values());
    assertThat(row.<Integer>getAs("tokens")).isEqualTo(expected.tokenCount());
    assertThat(row.<Boolean>getAs("truncated")).isEqualTo(expected.truncated());
  }

  static float[] floats(Row row, String column) {
    return floats(row.getList(row.fieldIndex(column)));
  }

  static float[] floats(List<Float> list) {
    float[] floats = new float[list.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = list.get(i);
    }
    return floats;
  }
}
