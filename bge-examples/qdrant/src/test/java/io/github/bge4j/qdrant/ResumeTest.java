package io.github.bge4j.qdrant;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.Output;
import io.github.bge4j.qdrant.testing.Fault;
import io.github.bge4j.qdrant.testing.QdrantDouble;
import io.github.bge4j.testing.Jdk;
import io.github.bge4j.testing.Seeds;
import io.grpc.Status.Code;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.Vectors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** An ingest that is killed again and again loses and doubles nothing. */
@Timeout(120)
class ResumeTest {

  private static final int KILLS = 20;
  private static final int PROCESS_KILLS = 3;
  private static final CollectionSpec SPEC = CollectionSpec.builder("books", "tiny-m3")
      .outputs(Output.DENSE, Output.SPARSE, Output.MULTI_VECTOR)
      .build();

  private static BgeEmbedder embedder;

  /** What an ingest that nobody disturbs makes of the input, by id. */
  private static Map<String, Vectors> expected;

  @TempDir
  private Path folder = Path.of("");

  @BeforeAll
  static void ingestUndisturbed() {
    embedder = TestModels.m3();
    try (QdrantDouble server = QdrantDouble.start();
        QdrantClient client = server.client()) {
      ingest(client).build().run(documents());
      expected = vectors(server);
    }
    assertThat(expected).hasSizeGreaterThan(documents().size());
  }

  @AfterAll
  static void close() {
    embedder.close();
  }

  static QdrantIngest.Builder ingest(QdrantClient client) {
    return QdrantIngest.builder(client, embedder, SPEC)
        .chunkTokens(24)
        .batchChunks(4)
        .retry(new RetryPolicy(2, Duration.ofMillis(1), Duration.ofMillis(1)));
  }

  /** Every fifth document has several chunks, some of them more than a batch. */
  static List<SourceDocument> documents() {
    List<SourceDocument> documents = new ArrayList<>();
    for (int i = 0; i < 220; i++) {
      String text = "text number " + i + " of all. ";
      documents.add(new SourceDocument(
          "doc-" + i, "Title " + i, text.repeat(i % 5 == 0 ? 1 + i % 12 : 1), Map.of()));
    }
    return documents;
  }

  private static Map<String, Vectors> vectors(QdrantDouble server) {
    Map<String, Vectors> vectors = new TreeMap<>();
    Map<String, PointStruct> points = server.collection("books").points();
    points.forEach((id, point) -> vectors.put(id, point.getVectors()));
    return vectors;
  }

  static Stream<Arguments> seeds() {
    return Seeds.upTo(1).stream()
        .boxed()
        .flatMap(seed -> Stream.of(Arguments.of(seed, false), Arguments.of(seed, true)));
  }

  /**
   * The end comes from the input, from the server, or from what is told of the progress. What the
   * collection had of the documents before, in more and smaller chunks, is replaced.
   */
  @ParameterizedTest
  @MethodSource("seeds")
  void run_killedInThisProcess_losesAndDoublesNothing(long seed, boolean filled) {
    Random random = new Random(seed);
    Path checkpoint = folder.resolve("checkpoint");
    int kills = 0;
    int goneOn = 0;
    AtomicLong done = new AtomicLong();
    try (QdrantDouble server = QdrantDouble.start();
        QdrantClient client = server.client()) {
      if (filled) {
        ingest(client).chunkTokens(16).overlapTokens(0).titles(false).build().run(documents());
        assertThat(vectors(server)).isNotEqualTo(expected);
      }
      IngestReport report = null;
      while (report == null) {
        try {
          boolean kill = kills < KILLS;
          report = killable(server, client, checkpoint, done, kill ? random : null);
          goneOn += report.skipped() > 0 ? 1 : 0;
        } catch (Killed | StoreException e) {
          kills++;
          server.faults((method, call) -> null);
        }
      }
      assertThat(kills).isEqualTo(KILLS);
      assertThat(goneOn).isEqualTo(1);
      assertThat(report.documents()).isEqualTo(documents().size());
      assertThat(report.points()).isEqualTo(expected.size());
      assertThat(vectors(server)).isEqualTo(expected);
    }
    assertThat(checkpoint).doesNotExist();
  }

  private static IngestReport killable(
      QdrantDouble server,
      QdrantClient client,
      Path checkpoint,
      AtomicLong done,
      @Nullable Random random) {
    if (random == null) {
      return ingest(client).checkpoint(checkpoint).build().run(documents());
    }
    int way = random.nextInt(3);
    int windows = 1 + random.nextInt(2);
    int taken = random.nextInt(5);
    if (way == 0) {
      server.faults((method, call) -> method.equals("upsert") && call >= windows
          ? (taken == 4 ? Fault.lostAnswer() : Fault.partial(taken, Code.INTERNAL))
          : null);
    }
    int[] told = {0};
    int last = way == 2 ? (int) done.get() + random.nextInt(16) : Integer.MAX_VALUE;
    QdrantIngest ingest = ingest(client)
        .checkpoint(checkpoint)
        .timeout(Duration.ofMillis(way == 0 && taken == 4 ? 200 : 20_000))
        .listener(progress -> {
          done.set(progress.documents());
          if (way == 1 && told[0]++ == windows) {
            throw new Killed();
          }
        })
        .build();
    List<SourceDocument> all = documents();
    return ingest.run(() -> new Iterator<>() {
      private int next;

      @Override
      public boolean hasNext() {
        return next < all.size();
      }

      @Override
      public SourceDocument next() {
        if (next == last) {
          throw new Killed();
        }
        return all.get(next++);
      }
    });
  }

  /** Ends a run where nothing foresees it. */
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** The process is killed by the server, while this takes an upsert, before or after it does. */
  @Test
  void run_processKilled_losesAndDoublesNothing() throws Exception {
    Random random = new Random(Seeds.upTo(1).first());
    Path checkpoint = folder.resolve("checkpoint");
    try (QdrantDouble server = QdrantDouble.start();
        QdrantClient client = server.client()) {
      for (int kill = 0; kill < PROCESS_KILLS; kill++) {
        Process process = Jdk.process(
                "-XX:TieredStopAtLevel=1",
                "-cp",
                Jdk.classPath(),
                IngestProcess.class.getName(),
                server.url(),
                checkpoint.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output").toFile())
            .start();
        int upsert = 2 + random.nextInt(6);
        int taken = random.nextInt(5);
        server.faults((method, call) -> {
          if (method.equals("upsert") && call >= upsert) {
            process.destroyForcibly();
            return Fault.partial(taken, Code.UNAVAILABLE);
          }
          return null;
        });
        assertThat(process.waitFor()).as(() -> read(folder.resolve("output"))).isEqualTo(128 + 9);
      }
      server.faults((method, call) -> null);
      assertThat(checkpoint).exists();
      IngestReport report = ingest(client).checkpoint(checkpoint).build().run(documents());
      assertThat(report.skipped()).isPositive();
      assertThat(vectors(server)).isEqualTo(expected);
    }
  }

  private static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "no output";
    } catch (java.io.IOException e) {
      return e.toString();
    }
  }

  /** The same ingest as a process of its own. */
  static final class IngestProcess {

    private IngestProcess() {}

    public static void main(String[] args) {
      embedder = TestModels.m3();
      try (QdrantClient client = QdrantUrl.parse(args[0]).open(null)) {
        ingest(client).checkpoint(Path.of(args[1])).build().run(documents());
      }
    }
  }
}
