package io.github.bge4j.spark;

import static io.github.bge4j.Output.DENSE;
import static io.github.bge4j.Output.SPARSE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.Embedding;
import io.github.bge4j.testing.GoldenFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecutorModelsTest {

  private static final List<String> MODEL_FILES = List.of(
      "config.json",
      "model.safetensors",
      "tokenizer.json",
      "sparse_linear.pt",
      "colbert_linear.pt");

  /** Static, as tasks run in this JVM. */
  private static final AtomicInteger FAILED = new AtomicInteger();

  private static BgeEmbeddingTransformer stage(String model) {
    return new BgeEmbeddingTransformer().setModel(model).setOutputs("dense", "sparse");
  }

  private static List<Embedding> expected(List<String> texts) {
    try (BgeEmbedder library = Sparks.openM3()) {
      return library.embed(texts, DENSE, SPARSE);
    }
  }

  @Test
  void embedder_tasksOfOneJvm_shareOne() {
    ModelSettings settings = stage(Sparks.m3()).settings();
    List<Integer> seen = Sparks.rows(Sparks.texts(8), 8)
        .map(
            (MapFunction<Row, Integer>)
                row -> System.identityHashCode(ExecutorModels.embedder(settings)),
            Encoders.INT())
        .collectAsList();
    assertThat(seen).hasSize(8).containsOnly(seen.get(0));
  }

  @Test
  void inThisTask_localMaster_hasItsThreadsAndNoCard() {
    ModelSettings settings = stage(Sparks.m3()).settings();
    List<String> seen = Sparks.rows(List.of("a"), 1)
        .map((MapFunction<Row, String>) row -> settings.inThisTask().toString(), Encoders.STRING())
        .collectAsList();
    int threads = Math.min(2, Runtime.getRuntime().availableProcessors());
    assertThat(seen)
        .containsExactly(new ModelSettings(Sparks.m3(), "", "cpu", 0, threads).toString());
  }

  @Test
  void embedder_modelThatCannotBeOpened_failsTheJobAndIsTriedAgain(@TempDir Path folder)
      throws IOException {
    Path model = folder.resolve("model");
    List<String> texts = Sparks.texts(10);
    BgeEmbeddingTransformer stage = stage(model.toString());
    Dataset<Row> failing = stage.transform(Sparks.rows(texts, 2));
    assertThatThrownBy(failing::collectAsList).hasStackTraceContaining(model.toString());
    Files.createDirectories(model);
    for (String name : MODEL_FILES) {
      Files.copy(GoldenFiles.path("m3").resolve(name), model.resolve(name));
    }
    Sparks.assertSame(stage.transform(Sparks.rows(texts, 2)).collectAsList(), expected(texts));
  }

  @Test
  void transform_taskThatFailsAfterSomeRows_givesTheSameRowsOnItsSecondAttempt() {
    List<String> texts = Sparks.texts(60);
    FAILED.set(0);
    List<Row> rows = stage(Sparks.m3())
        .setBatchSize(8)
        .transform(Sparks.rows(texts, 2))
        .filter((FilterFunction<Row>) row -> {
          if (TaskContext.get().attemptNumber() == 0 && row.<Integer>getAs("id") == 40) {
            FAILED.incrementAndGet();
            throw new IllegalStateException("on purpose");
          }
          return true;
        })
        .collectAsList();
    assertThat(FAILED).hasValue(1);
    Sparks.assertSame(rows, expected(texts));
  }

  @Test
  void embedder_filesThatSparkBrought_areTheModel() {
    for (String file : MODEL_FILES) {
      Sparks.local().sparkContext().addFile(GoldenFiles.path("m3").resolve(file).toString());
    }
    List<String> texts = Sparks.texts(5);
    Sparks.assertSame(stage(".").transform(Sparks.rows(texts, 1)).collectAsList(), expected(texts));
  }

  @Test
  void embedder_archiveThatSparkBrought_isTheModel() throws IOException {
    // Not in a folder that goes with this test: every later task asks for it.
    Path archive = Path.of("target/m3.zip").toAbsolutePath();
    try (OutputStream file = Files.newOutputStream(archive);
        ZipOutputStream zip = new ZipOutputStream(file)) {
      for (String name : MODEL_FILES) {
        zip.putNextEntry(new ZipEntry(name));
        Files.copy(GoldenFiles.path("m3").resolve(name), zip);
      }
    }
    Sparks.local().sparkContext().addArchive(archive + "#tiny-m3");
    List<String> texts = Sparks.texts(5);
    Sparks.assertSame(
        stage("tiny-m3").transform(Sparks.rows(texts, 1)).collectAsList(), expected(texts));
  }
}
