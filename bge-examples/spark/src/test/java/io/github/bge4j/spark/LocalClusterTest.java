package io.github.bge4j.spark;

import static io.github.bge4j.Output.DENSE;
import static io.github.bge4j.Output.SPARSE;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.Embedding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster of two executors in JVMs of their own, with Spark's jars in their class path and ours
 * sent to them, as {@code spark-submit} does it.
 */
@Tag("clusters")
@Timeout(600)
class LocalClusterTest {

  private static final int TEXTS = 5_000;

  @TempDir
  private static Path folder;

  @Test
  void embedJob_executorKilledHalfWay_givesTheLibrarysVectorsBitForBit() throws Exception {
    List<String> texts = Sparks.texts(TEXTS);
    List<Embedding> expected = libraryAlone(texts);
    Path input = Sparks.json(texts, folder.resolve("texts.jsonl"));
    Path places = folder.resolve("places.txt");
    String script = SparkHome.oneCard(folder.resolve("find-gpu.sh")).toString();
    List<String> said = SparkHome.make(Path.of("target/cluster"))
        .submit(
            List.of(
                "spark.ui.enabled=false",
                "spark.driver.host=127.0.0.1",
                "spark.executor.memory=1g",
                "spark.executor.cores=1",
                "spark.worker.resource.gpu.amount=1",
                "spark.worker.resource.gpu.discoveryScript=" + script,
                "spark.executor.resource.gpu.amount=1",
                "spark.task.resource.gpu.amount=1"),
            ClusterJob.class,
            List.of(
                Sparks.m3(),
                input.toString(),
                folder.resolve("out").toString(),
                places.toString(),
                "0",
                "0",
                "6"),
            line -> {
              if (line.text().equals("KILL")) {
                line.killExecutor();
              }
            });
    report(said);
    for (int run = 0; run < 3; run++) {
      Sparks.assertSame(
          Sparks.local().read().parquet(folder.resolve("out/" + run).toString()).collectAsList(),
          expected);
    }
    // The third run began, lost an executor with what it did, and ended all the same.
    assertThat(said.stream()
            .filter(line -> line.matches("(KILL|DONE).*"))
            .map(line -> line.replaceAll(" .*", "")))
        .containsExactly("DONE", "DONE", "KILL", "DONE");
    assertThat(said).contains("TASK LOST").anyMatch(line -> line.startsWith("REMOVED "));
    List<String> tasks = Files.readAllLines(places);
    assertThat(tasks).hasSize(16).allMatch(task -> task.endsWith(" cuda:0 1"));
    assertThat(tasks.stream().distinct()).hasSizeBetween(1, 2);
  }

  private static List<Embedding> libraryAlone(List<String> texts) {
    try (BgeEmbedder library = Sparks.openM3()) {
      library.embed(texts.subList(0, 500), DENSE, SPARSE);
      long start = System.nanoTime();
      List<Embedding> embeddings = library.embed(texts, DENSE, SPARSE);
      report(List.of("LIBRARY ALONE " + (System.nanoTime() - start) / 1_000_000));
      return embeddings;
    }
  }

  private static void report(List<String> lines) {
    for (String line : lines) {
      System.out.println(
          line.matches(".*\\d{2,}")
              ? line + " ms, " + TEXTS * 1_000L / Long.parseLong(line.replaceAll(".* ", ""))
                  + " texts/s"
              : line);
    }
  }
}
