package io.github.bge4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.qdrant.testing.QdrantDouble;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The jar "qdrant" on a cluster of two executors, with Spark's Guava and protobuf in its way, as
 * {@code spark-submit} sends it.
 */
@Tag("packaged")
@Timeout(600)
class QdrantClusterTest {

  private static final String JAR = System.getProperty("bge.test.spark.qdrant-jar", "");

  @TempDir
  private Path folder = Path.of("");

  @Test
  void embedJob_executorKilledHalfWay_losesAndDoublesNoPoint() throws Exception {
    List<String> texts = Sparks.texts(2_000);
    Path input = Sparks.json(texts, folder.resolve("texts.jsonl"));
    try (QdrantDouble server = QdrantDouble.start()) {
      server.faults((method, call) -> {
        if (method.equals("upsert") && call == 8) {
          SparkHome.killExecutor(ProcessHandle.current());
        }
        return null;
      });
      List<String> said = SparkHome.make(Path.of("target/qdrant-cluster"))
          .withQdrant(Path.of(JAR))
          .submit(
              List.of(
                  "spark.ui.enabled=false",
                  "spark.driver.host=127.0.0.1",
                  "spark.executor.memory=1g",
                  "spark.executor.cores=1"),
              EmbedJob.class,
              EmbedJobQdrantTest.arguments(server, input, "--partitions", "12"),
              line -> {});
      assertThat(server.calls("upsert")).isGreaterThan(8);
      assertThat(EmbedJobQdrantTest.vectors(server)).isEqualTo(EmbedJobQdrantTest.expected(texts));
      assertThat(said).anyMatch(line -> line.startsWith("stored 2000 documents in "));
    }
  }
}
