package io.github.bge4j.spark;

import static io.github.bge4j.Output.DENSE;
import static io.github.bge4j.Output.SPARSE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bge4j.BgeEmbedder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbedJobTest {

  private static void run(String... arguments) {
    EmbedJob.run(Sparks.local(), arguments);
  }

  private static List<Row> parquet(Path folder) {
    return Sparks.local().read().parquet(folder.toString()).collectAsList();
  }

  @Test
  void run_json_writesParquetThatReadsBackBitForBit(@TempDir Path folder) throws IOException {
    List<String> texts = Sparks.texts(100);
    String input = Sparks.json(texts, folder.resolve("texts.jsonl")).toString();
    Path output = folder.resolve("vectors");
    run(
        "--input",
        input,
        "--format",
        "json",
        "--output",
        output.toString(),
        "--model",
        Sparks.m3(),
        "--outputs",
        "dense,sparse",
        "--partitions",
        "4",
        "--batch-size",
        "10");
    List<Row> rows = parquet(output);
    assertThat(output.toFile().list((file, name) -> name.endsWith(".parquet"))).hasSize(4);
    try (BgeEmbedder library = Sparks.openM3()) {
      Sparks.assertSame(rows, library.embed(texts, DENSE, SPARSE));
    }
    assertThatThrownBy(() -> run(
            "--input",
            input,
            "--format",
            "json",
            "--output",
            output.toString(),
            "--model",
            Sparks.m3()))
        .hasMessageContaining("already exists");
  }

  @Test
  void run_parquet_isReadByDefault(@TempDir Path folder) {
    String input = folder.resolve("texts").toString();
    Sparks.rows(Sparks.texts(10), 1).withColumnRenamed("text", "body").write().parquet(input);
    Path output = folder.resolve("vectors");
    run(
        "--input",
        input,
        "--output",
        output.toString(),
        "--model",
        Sparks.m3(),
        "--text-column",
        "body",
        "--max-tokens",
        "8");
    assertThat(parquet(output))
        .hasSize(10)
        .allMatch(row -> row.<Integer>getAs("tokens") <= 8)
        .allMatch(row -> row.getList(row.fieldIndex("dense")).size() > 1);
  }

  @Test
  void run_wrongArguments_saysWhichAndShowsTheUsage() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> run("--inptu", "x"))
        .withMessageStartingWith(
            "an argument must be an option with a value: --inptu is not\nusage: ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> run("--model", "m"))
        .withMessageStartingWith("option --input must be given\nusage: ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> run("--model", "m", "--max-tokens", "x"))
        .withMessageStartingWith("option --max-tokens must be a number: x\nusage: ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> run("--model", "m", "--query", "yes"))
        .withMessageStartingWith("option --query must be true or false: yes\nusage: ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> run("--model", "m", "--format", "csv"))
        .withMessageStartingWith("option --format must be parquet or json: csv\nusage: ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> run("--model", "m", "--collection", "c"))
        .withMessageStartingWith("option --collection must be left out without --qdrant\nusage: ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> run("--model", "m", "--qdrant", "http://localhost", "--output", "o"))
        .withMessageStartingWith("option --output must be left out with --qdrant\nusage: ");
  }
}
