package io.github.bge4j.spark;

import static io.github.bge4j.Output.DENSE;
import static io.github.bge4j.Output.SPARSE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.qdrant.CollectionSpec;
import io.github.bge4j.qdrant.QdrantIngest;
import io.github.bge4j.qdrant.QdrantSearch;
import io.github.bge4j.qdrant.SearchHit;
import io.github.bge4j.qdrant.SourceDocument;
import io.github.bge4j.qdrant.testing.Fault;
import io.github.bge4j.qdrant.testing.QdrantDouble;
import io.grpc.Status.Code;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.ValueFactory;
import io.qdrant.client.grpc.Points.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A job into the stand-in for Qdrant has the points of one ingest in this process. */
@Timeout(120)
class EmbedJobQdrantTest {

  private static final int TEXTS = 400;
  private static final CollectionSpec SPEC =
      CollectionSpec.builder("texts", "m3").outputs(DENSE, SPARSE).build();

  @TempDir
  private Path folder = Path.of("");

  private QdrantDouble server;
  private QdrantClient client;

  @BeforeEach
  void start() {
    server = QdrantDouble.start();
    client = server.client();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private void run(Path input, String... more) {
    List<String> arguments = new ArrayList<>(List.of(
        "--input",
        input.toString(),
        "--format",
        "json",
        "--model",
        Sparks.m3(),
        "--outputs",
        "dense,sparse",
        "--qdrant",
        server.url(),
        "--collection",
        "texts",
        "--chunk-tokens",
        "16",
        "--partitions",
        "4"));
    arguments.addAll(List.of(more));
    EmbedJob.run(Sparks.local(), arguments.toArray(String[]::new));
  }

  private Map<String, Vectors> vectors() {
    return vectors(server);
  }

  static Map<String, Vectors> vectors(QdrantDouble server) {
    Map<String, Vectors> vectors = new TreeMap<>();
    server.collection("texts").points().forEach((id, point) -> vectors.put(id, point.getVectors()));
    return vectors;
  }

  /** Returns the vectors of one ingest in this process, by the ids of their points. */
  static Map<String, Vectors> expected(List<String> texts) {
    try (QdrantDouble server = QdrantDouble.start();
        QdrantClient client = server.client();
        BgeEmbedder library = Sparks.openM3()) {
      List<SourceDocument> documents = new ArrayList<>();
      for (String text : texts) {
        documents.add(new SourceDocument(String.valueOf(documents.size()), text));
      }
      QdrantIngest.builder(client, library, SPEC).chunkTokens(16).build().run(documents);
      return vectors(server);
    }
  }

  @Test
  void run_taskFailsMidwayAndIsTriedAgain_losesAndDoublesNoPoint() throws Exception {
    List<String> texts = Sparks.texts(TEXTS);
    Map<String, Vectors> expected = expected(texts);
    assertThat(expected).hasSizeGreaterThan(TEXTS);
    server.faults((method, call) ->
        method.equals("upsert") && call == 3 ? Fault.partial(5, Code.INTERNAL) : null);
    AtomicInteger failed = new AtomicInteger();
    SparkListener listener = new SparkListener() {
      @Override
      public void onTaskEnd(SparkListenerTaskEnd task) {
        failed.addAndGet(task.taskInfo().failed() ? 1 : 0);
      }
    };
    Sparks.local().sparkContext().addSparkListener(listener);
    try {
      run(Sparks.json(texts, folder.resolve("texts.jsonl")));
      Sparks.local().sparkContext().listenerBus().waitUntilEmpty();
    } finally {
      Sparks.local().sparkContext().removeSparkListener(listener);
    }
    assertThat(failed).hasValue(1);
    assertThat(vectors()).isEqualTo(expected);
    assertThat(server.calls("create")).isEqualTo(1);
  }

  @Test
  void run_again_replacesWhatTheDocumentsHadBefore() throws IOException {
    List<String> longer = Sparks.texts(50).stream().map(text -> text.repeat(3)).toList();
    run(Sparks.json(longer, folder.resolve("longer.jsonl")));
    List<String> texts = Sparks.texts(60);
    int before = vectors().size();
    run(Sparks.json(texts, folder.resolve("texts.jsonl")));
    assertThat(vectors()).isEqualTo(expected(texts)).hasSizeLessThan(before);
  }

  @Test
  void run_titleAndMetadata_areSearched() throws IOException {
    Path input = Files.writeString(folder.resolve("books.jsonl"), """
        {"isbn":"a","head":"Rome","text":"is old","year":1,"open":true}
        {"isbn":"b","head":"Paris","text":"is large","year":2,"open":null}
        {"isbn":"c","head":null,"text":"a town","year":3,"open":false}
        {"isbn":"d","head":"none","text":null,"year":4,"open":false}
        """);
    run(
        input,
        "--id-column",
        "isbn",
        "--title-column",
        "head",
        "--metadata-columns",
        "year,open",
        "--model-name",
        "tiny");
    try (BgeEmbedder library = Sparks.openM3()) {
      CollectionSpec spec =
          CollectionSpec.builder("texts", "tiny").outputs(DENSE, SPARSE).build();
      List<SearchHit> hits =
          QdrantSearch.builder(client, library, spec).build().search("Rome is old", 10);
      assertThat(hits).hasSize(3);
      assertThat(hits.get(0).documentId()).isEqualTo("a");
      assertThat(hits.get(0).title()).isEqualTo("Rome");
      assertThat(hits.get(0).metadata())
          .isEqualTo(Map.of("year", ValueFactory.value(1), "open", ValueFactory.value(true)));
    }
  }

  @Test
  void run_idTwiceOrNull_isRefused() throws IOException {
    Path twice = Files.writeString(folder.resolve("twice.jsonl"), """
        {"id":7,"text":"one"}
        {"id":8,"text":"two"}
        {"id":7,"text":"three"}
        """);
    assertThatThrownBy(() -> run(twice, "--partitions", "1"))
        .hasMessageContaining("the ids of documents must be unique");
    Path missing = Files.writeString(folder.resolve("missing.jsonl"), """
        {"id":7,"text":"one"}
        {"text":"two"}
        """);
    assertThatThrownBy(() -> run(missing, "--partitions", "1"))
        .hasMessageContaining("column id must hold an id in every row: one is null");
  }

  @Test
  void run_collectionOfAnotherModel_isRefusedBeforeAnyPointIsWritten() throws IOException {
    List<String> texts = Sparks.texts(10);
    Path input = Sparks.json(texts, folder.resolve("texts.jsonl"));
    run(input);
    server.faults((method, call) -> null);
    assertThatThrownBy(() -> run(input, "--model-name", "other"))
        .hasMessageContaining("must have as model other: it has m3");
    assertThat(server.calls("upsert")).isZero();
  }
}
