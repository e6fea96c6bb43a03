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
import io.github.bge4j.testing.Jdk;
import io.grpc.Status.Code;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.ValueFactory;
import io.qdrant.client.grpc.Points.Vectors;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
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
    EmbedJob.run(Sparks.local(), arguments(server, input, more).toArray(String[]::new));
  }

  /** Returns the arguments of a job into a server; of an option that comes twice the last holds. */
  static List<String> arguments(QdrantDouble server, Path input, String... more) {
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
    return arguments;
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

  @Test
  void run_columnOfAnotherType_isRefusedBeforeTheCollectionIsMade() throws IOException {
    Path input = Files.writeString(
        folder.resolve("types.jsonl"), "{\"id\":1,\"text\":\"one\",\"year\":2,\"tags\":[\"a\"]}\n");
    assertThatThrownBy(() -> run(input, "--text-column", "year"))
        .hasMessage("column year must hold strings: it has the type bigint; cast it to string");
    assertThatThrownBy(() -> run(input, "--title-column", "year"))
        .hasMessageStartingWith("column year must hold strings: it has the type bigint");
    assertThatThrownBy(() -> run(input, "--metadata-columns", "year,tags"))
        .hasMessage("column tags must hold strings, whole numbers, floats, doubles or booleans: it"
            + " has the type array<string>; cast it to string or double, or leave it out");
    assertThat(server.calls("create")).isZero();
  }

  @Test
  void run_smallNumbers_areMetadata() {
    Path input = folder.resolve("small.parquet");
    Sparks.local()
        .sql("select 1 as id, 'one' as text, cast(2 as byte) as b, cast(3 as short) as s,"
            + " cast(1.5 as float) as f")
        .write()
        .parquet(input.toString());
    run(input, "--format", "parquet", "--metadata-columns", "b,s,f");
    assertThat(server.collection("texts").points().values())
        .singleElement()
        .satisfies(point -> assertThat(
                point.getPayloadOrThrow("metadata").getStructValue().getFieldsMap())
            .isEqualTo(Map.of(
                "b", ValueFactory.value(2),
                "s", ValueFactory.value(3),
                "f", ValueFactory.value(1.5))));
  }

  @Test
  void run_modelWithoutAName_isRefusedUnlessItIsGiven() throws IOException {
    Path input = Sparks.json(List.of("one"), folder.resolve("texts.jsonl"));
    for (String model : List.of(".", "..", "/", "models/..")) {
      assertThatThrownBy(() -> run(input, "--model", model))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("option --model-name must be given with --model " + model
              + ", whose path does not end in a name: name the model that its vectors are of");
    }
    assertThat(server.calls("create")).isZero();
  }

  @Test
  void run_mappingWithoutSparseVectors_isRefused() throws IOException {
    Path input = Sparks.json(List.of("one"), folder.resolve("texts.jsonl"));
    assertThatThrownBy(() -> run(input, "--outputs", "dense", "--sparse-mapping", "hash"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("option --sparse-mapping needs sparse among --outputs: dense; add"
            + " it, or leave the mapping out");
  }

  /** The module's own jar on a cluster: Spark is there, and nothing of Qdrant. */
  @Test
  void main_withoutTheJarQdrant_namesItAndHowToBuildIt() throws Exception {
    List<URL> urls = new ArrayList<>();
    for (String entry : Jdk.classPath().split(File.pathSeparator, -1)) {
      if (!SparkHome.isQdrants(entry)) {
        urls.add(Path.of(entry).toUri().toURL());
      }
    }
    try (URLClassLoader cluster =
        new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      Method main = cluster.loadClass(EmbedJob.class.getName()).getMethod("main", String[].class);
      assertThatThrownBy(() -> main.invoke(
              null, (Object) new String[] {"--qdrant", "http://127.0.0.1:1", "--model", "m"}))
          .cause()
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("option --qdrant needs the jar bge-spark-VERSION-qdrant.jar, which has"
              + " Qdrant's client: io.github.bge4j.qdrant.QdrantIngest is missing; build it with"
              + " \"mvn package -pl bge-examples/spark -am\", and submit it from target/qdrant in"
              + " the place of bge-spark-VERSION.jar");
    }
  }
}
