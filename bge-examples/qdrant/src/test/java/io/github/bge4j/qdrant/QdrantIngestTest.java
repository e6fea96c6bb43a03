package io.github.bge4j.qdrant;

import static io.qdrant.client.ConditionFactory.matchKeyword;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.Embedding;
import io.github.bge4j.InvalidOptionException;
import io.github.bge4j.ModelSource;
import io.github.bge4j.Output;
import io.github.bge4j.Precision;
import io.github.bge4j.qdrant.testing.Fault;
import io.github.bge4j.qdrant.testing.QdrantDouble;
import io.github.bge4j.sparse.SparseTokenMapper;
import io.github.bge4j.sparse.SparseVector;
import io.github.bge4j.testing.GoldenFiles;
import io.grpc.Status.Code;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.MultiVectorComparator;
import io.qdrant.client.grpc.Collections.SparseVectorParams;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.UpdateStatus;
import io.qdrant.client.grpc.Points.Vector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Into the stand-in, with a tiny BGE-M3. */
@Timeout(60)
class QdrantIngestTest {

  private static final String NAME = "books";

  private static BgeEmbedder embedder;

  @TempDir
  private Path folder = Path.of("");

  private QdrantDouble server;
  private QdrantClient client;

  @BeforeAll
  static void open() {
    embedder = TestModels.m3();
  }

  @AfterAll
  static void close() {
    embedder.close();
  }

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

  private static CollectionSpec.Builder spec() {
    return CollectionSpec.builder(NAME, "tiny-m3")
        .outputs(Output.DENSE, Output.SPARSE, Output.MULTI_VECTOR);
  }

  private QdrantIngest.Builder ingest(CollectionSpec spec) {
    return QdrantIngest.builder(client, embedder, spec)
        .batchChunks(4)
        .retry(new RetryPolicy(4, Duration.ofMillis(1), Duration.ofMillis(1)));
  }

  private static List<SourceDocument> documents(int count) {
    List<SourceDocument> documents = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      documents.add(new SourceDocument(
          "doc-" + i, "Title " + i, "text number " + i + " of all", Map.of("number", i)));
    }
    return documents;
  }

  private Map<String, PointStruct> points() {
    return server.collection(NAME).points();
  }

  @Test
  void run_documents_arePointsWithAllVectorsAndThePayload() {
    SourceDocument document = new SourceDocument(
        "doc-1", "A title", "some text", Map.of("year", 1999, "tags", List.of("a", "b")));
    IngestReport report = ingest(spec().build()).build().run(List.of(document));
    assertThat(report.documents()).isEqualTo(1);
    assertThat(report.points()).isEqualTo(1);
    assertThat(report.retries()).isZero();

    Embedding embedding =
        embedder.embed("A title some text", Output.DENSE, Output.SPARSE, Output.MULTI_VECTOR);
    assertThat(report.tokens()).isEqualTo(embedding.tokenCount());
    PointStruct point = at(points(), PointIds.of("doc-1", 0).toString());
    Map<String, Vector> vectors = point.getVectors().getVectors().getVectorsMap();
    assertThat(vectors).containsOnlyKeys("dense", "sparse", "colbert");
    assertThat(at(vectors, "dense").getDense().getDataList())
        .containsExactly(box(embedding.dense()));
    SparseVector sparse = SparseTokenMapper.tokenizer().map(embedding.lexicalWeights());
    assertThat(at(vectors, "sparse").getSparse().getValuesList())
        .isEqualTo(sparse.valueList())
        .isNotEmpty();
    assertThat(at(vectors, "sparse").getSparse().getIndicesList())
        .extracting(Integer::toUnsignedLong)
        .isEqualTo(sparse.indexList());
    assertThat(at(vectors, "colbert").getMultiDense().getVectorsList())
        .extracting(row -> row.getDataList())
        .containsExactlyElementsOf(
            java.util.Arrays.stream(embedding.multiVector().toArray())
                .map(row -> List.of(box(row)))
                .toList());
    assertThat(point.getPayloadOrThrow("document").getStringValue()).isEqualTo("doc-1");
    assertThat(point.getPayloadOrThrow("chunk").getIntegerValue()).isZero();
    assertThat(point.getPayloadOrThrow("title").getStringValue()).isEqualTo("A title");
    assertThat(point.getPayloadOrThrow("text").getStringValue()).isEqualTo("some text");
    var metadata = point.getPayloadOrThrow("metadata").getStructValue().getFieldsMap();
    assertThat(at(metadata, "year").getIntegerValue()).isEqualTo(1999);
    assertThat(at(metadata, "tags").getListValue().getValuesList())
        .extracting(value -> value.getStringValue())
        .containsExactly("a", "b");
  }

  private static <V> V at(Map<String, V> map, String key) {
    return Objects.requireNonNull(map.get(key), key);
  }

  private static Float[] box(float[] values) {
    Float[] boxed = new Float[values.length];
    for (int i = 0; i < values.length; i++) {
      boxed[i] = values[i];
    }
    return boxed;
  }

  @Test
  void run_noCollection_isCreatedAsItShould() {
    CollectionSpec spec =
        spec().onDisk(true).quantization(CollectionSpec.Quantization.INT8).build();
    ingest(spec).build().run(documents(1));
    CreateCollection made = server.collection(NAME).made();
    Map<String, VectorParams> vectors = made.getVectorsConfig().getParamsMap().getMapMap();
    VectorParams dense = at(vectors, "dense");
    assertThat(dense.getSize()).isEqualTo(embedder.dimension());
    assertThat(dense.getDistance()).isEqualTo(Distance.Cosine);
    assertThat(dense.getOnDisk()).isTrue();
    assertThat(dense.getQuantizationConfig().getScalar().getAlwaysRam()).isTrue();
    assertThat(dense.hasHnswConfig()).isFalse();
    VectorParams colbert = at(vectors, "colbert");
    assertThat(colbert.getMultivectorConfig().getComparator())
        .isEqualTo(MultiVectorComparator.MaxSim);
    assertThat(colbert.getHnswConfig().hasM()).isTrue();
    assertThat(colbert.getHnswConfig().getM()).isZero();
    SparseVectorParams sparse = made.getSparseVectorsConfig().getMapOrThrow("sparse");
    assertThat(sparse.hasModifier()).isFalse();
    assertThat(sparse.getIndex().getOnDisk()).isTrue();
    assertThat(made.getOnDiskPayload()).isTrue();
    var metadata = made.getMetadataOrThrow("bge4j").getStructValue().getFieldsMap();
    assertThat(at(metadata, "model").getStringValue()).isEqualTo("tiny-m3");
    assertThat(at(metadata, "precision").getStringValue()).isEqualTo("fp32");
    assertThat(at(metadata, "mapping").getStringValue()).isEqualTo("tokenizer");
    assertThat(at(metadata, "index_space").getIntegerValue()).isEqualTo(1 << 20);
  }

  @Test
  void run_otherModelMappingOrVectors_isRefusedBeforeAnythingIsWritten() {
    ingest(spec().build()).build().run(documents(1));
    server.faults((method, call) -> null);
    assertMismatch(
        CollectionSpec.builder(NAME, "other").build(),
        "collection books must have as model other: it has tiny-m3; choose another collection, or"
            + " what it was made with");
    assertMismatch(
        spec().mapper(SparseTokenMapper.hash()).build(), "as mapping hash: it has tokenizer");
    assertMismatch(
        spec().mapper(SparseTokenMapper.tokenizer(300_000)).build(),
        "as index_space 300000: it has 1048576");
    assertThat(server.calls("upsert")).isZero();
  }

  private void assertMismatch(CollectionSpec spec, String message) {
    assertThatThrownBy(() -> ingest(spec).build().run(documents(1)))
        .isInstanceOf(CollectionMismatchException.class)
        .hasMessageContaining(message);
    assertThatThrownBy(() -> QdrantSearch.builder(client, embedder, spec).build())
        .isInstanceOf(CollectionMismatchException.class)
        .hasMessageContaining(message);
  }

  @Test
  void build_otherPrecision_isRefused() {
    ingest(spec().build()).build().run(documents(1));
    try (BgeEmbedder quantized = BgeEmbedder.builder()
        .model(ModelSource.directory(GoldenFiles.path("m3")))
        .precision(Precision.INT8)
        .cacheDirectory(folder)
        .build()) {
      assertThatThrownBy(
              () -> QdrantSearch.builder(client, quantized, spec().build()).build())
          .isInstanceOf(CollectionMismatchException.class)
          .hasMessageContaining("as precision int8: it has fp32");
    }
  }

  @Test
  void run_vectorIsMissing_isRefused() {
    CollectionSpec dense = CollectionSpec.builder(NAME, "tiny-m3").build();
    ingest(dense).build().run(documents(1));
    assertMismatch(spec().build(), "as mapping tokenizer: it has nothing");
    CollectionSpec colbert = CollectionSpec.builder(NAME, "tiny-m3")
        .outputs(Output.DENSE, Output.MULTI_VECTOR)
        .build();
    assertMismatch(
        colbert, "as vector \"colbert\" 64 components by Dot, many by MaxSim: it has none");
  }

  @Test
  void run_collectionOfOthers_isAdoptedWhenAskedTo() throws Exception {
    CollectionSpec dense = CollectionSpec.builder(NAME, "tiny-m3").build();
    client
        .createCollectionAsync(
            NAME,
            Map.of(
                "dense",
                VectorParams.newBuilder()
                    .setSize(embedder.dimension())
                    .setDistance(Distance.Cosine)
                    .build()))
        .get();
    assertMismatch(
        dense,
        "collection books must say in its metadata which model it is of: it has none, because others"
            + " made it or the server is older than 1.16; adopt it if its vectors are those of"
            + " tiny-m3");
    assertThat(ingest(dense).adoptUnmarked(true).build().run(documents(3)).points())
        .isEqualTo(3);
    assertThat(ingest(dense).build().run(documents(3)).points()).isEqualTo(3);
  }

  @Test
  void run_collectionOfOthersWithOtherVectors_isNotMarked() throws Exception {
    VectorParams other = VectorParams.newBuilder()
        .setSize(embedder.dimension() + 1)
        .setDistance(Distance.Cosine)
        .build();
    client.createCollectionAsync(NAME, Map.of("dense", other)).get();
    CollectionSpec dense = CollectionSpec.builder(NAME, "tiny-m3").build();
    assertThatThrownBy(() -> ingest(dense).adoptUnmarked(true).build().run(documents(1)))
        .isInstanceOf(CollectionMismatchException.class)
        .hasMessageContaining("as vector \"dense\"");
    assertThat(client.getCollectionInfoAsync(NAME).get().getConfig().getMetadataMap())
        .isEmpty();
  }

  /** Every kind of trouble that passes, at every call that changes something. */
  @Test
  void run_faultsThatPass_losesAndDoublesNothing() {
    Fault[] faults = {
      Fault.of(Code.UNAVAILABLE),
      Fault.partial(2, Code.UNAVAILABLE),
      Fault.lostAnswer(),
      Fault.partial(3, Code.ABORTED),
      Fault.of(Code.RESOURCE_EXHAUSTED),
      Fault.slow(20),
      Fault.partial(1, Code.DEADLINE_EXCEEDED)
    };
    AtomicInteger next = new AtomicInteger();
    server.faults(
        (method, call) -> call % 2 == 1 ? faults[next.getAndIncrement() % faults.length] : null);
    IngestReport report =
        ingest(spec().build()).timeout(Duration.ofMillis(1_500)).build().run(documents(40));
    assertThat(next).hasValueGreaterThan(10);
    assertThat(report.retries()).isGreaterThan(8);
    assertThat(report.points()).isEqualTo(40);
    assertThat(points()).hasSize(40);
  }

  @Test
  void run_serverGivesUpWaiting_writesAgain() {
    server.nextUpsert(UpdateStatus.WaitTimeout);
    assertThat(ingest(spec().build()).build().run(documents(4)).retries()).isEqualTo(1);
    assertThat(server.calls("upsert")).isEqualTo(2);
    assertThat(points()).hasSize(4);
  }

  @Test
  void run_faultThatStays_endsWithItsReason() {
    server.faults((method, call) ->
        method.equals("upsert") && call > 2 ? Fault.of(Code.PERMISSION_DENIED) : null);
    Path checkpoint = folder.resolve("checkpoint");
    assertThatThrownBy(
            () -> ingest(spec().build()).checkpoint(checkpoint).build().run(documents(40)))
        .isInstanceOf(StoreException.class)
        .hasMessage("collection books must take points: failed with PERMISSION_DENIED at attempt 1"
            + " (injected); put right what the server says");
    assertThat(checkpoint).content().contains("documents=8");
  }

  @Test
  void run_changedDocument_replacesAllItsChunks() {
    String text = "word ".repeat(100);
    ingest(spec().build())
        .chunkTokens(20)
        .build()
        .run(List.of(new SourceDocument("a", text), new SourceDocument("b", text)));
    int before = points().size();
    IngestReport report = ingest(spec().build())
        .chunkTokens(20)
        .build()
        .run(List.of(new SourceDocument("a", "word")));
    assertThat(report.points()).isEqualTo(1);
    assertThat(points()).hasSize(before / 2 + 1);
    assertThat(at(points(), PointIds.of("a", 0).toString())
            .getPayloadOrThrow("text")
            .getStringValue())
        .isEqualTo("word");
  }

  @Test
  void run_idTwice_isRefused() {
    assertThatThrownBy(() -> ingest(spec().build())
            .build()
            .run(List.of(new SourceDocument("a", "x"), new SourceDocument("a", "y"))))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage("the ids of documents must be unique: document 2 of the input has that of one"
            + " before it, a; give it another");
  }

  @Test
  void documentIds_many_areEachNewOnce() {
    DocumentIds ids = new DocumentIds();
    for (int i = 0; i < 5_000; i++) {
      assertThat(ids.add("d" + i)).isTrue();
    }
    for (int i = 0; i < 5_000; i++) {
      assertThat(ids.add("d" + i)).isFalse();
    }
  }

  /** Somebody else takes a point away while the ingest runs. */
  @Test
  void run_pointsAreMissingAtTheEnd_namesTheCheckpoint() {
    Path checkpoint = folder.resolve("checkpoint");
    List<SourceDocument> documents = documents(8);
    assertThatThrownBy(() -> ingest(spec().build())
            .checkpoint(checkpoint)
            .listener(progress -> {
              if (progress.documents() == 4) {
                delete("doc-0");
              }
            })
            .build()
            .run(documents))
        .isInstanceOf(StoreException.class)
        .hasMessage("collection books must hold the 8 points of this ingest: it holds 7; make sure"
            + " that nobody else writes these documents, and delete " + checkpoint
            + " to begin anew");
    assertThatThrownBy(
            () -> ingest(spec().build()).checkpoint(checkpoint).build().run(documents))
        .isInstanceOf(StoreException.class)
        .hasMessageStartingWith("collection books must hold the 8 points that an earlier run"
            + " stored: it holds 7; restore it, or delete " + checkpoint);
  }

  private void delete(String document) {
    try {
      client
          .deleteAsync(
              NAME,
              Filter.newBuilder().addMust(matchKeyword("document", document)).build())
          .get();
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  /** Ends an ingest of 40 documents after 8, of which it has noted the checkpoint. */
  private void endAfterEight(Path checkpoint, List<SourceDocument> documents, int upserts) {
    server.faults((method, call) ->
        method.equals("upsert") && call > upserts ? Fault.of(Code.INTERNAL) : null);
    assertThatThrownBy(() -> ingest(spec().build())
            .chunkTokens(20)
            .checkpoint(checkpoint)
            .build()
            .run(documents))
        .isInstanceOf(StoreException.class);
    server.faults((method, call) -> null);
    assertThat(checkpoint).content().contains("documents=8");
  }

  @Test
  void run_collectionIsGoneAfterAKill_isRefused() throws Exception {
    Path checkpoint = folder.resolve("checkpoint");
    endAfterEight(checkpoint, documents(40), 2);
    client.deleteCollectionAsync(NAME).get();
    QdrantIngest ingest =
        ingest(spec().build()).chunkTokens(20).checkpoint(checkpoint).build();
    assertThatThrownBy(() -> ingest.run(documents(40)))
        .isInstanceOf(StoreException.class)
        .hasMessage("collection books must hold the 8 points that an earlier run stored: it holds"
            + " 0; restore it, or delete " + checkpoint + " to begin anew");
    Files.delete(checkpoint);
    assertThat(ingest.run(documents(40)).points()).isEqualTo(40);
  }

  @Test
  void run_otherServerAfterAKill_isRefused() {
    Path checkpoint = folder.resolve("checkpoint");
    endAfterEight(checkpoint, documents(40), 2);
    try (QdrantDouble other = QdrantDouble.start();
        QdrantClient otherClient = other.client()) {
      assertThatThrownBy(
              () -> QdrantIngest.builder(otherClient, embedder, spec().build())
                  .batchChunks(4)
                  .chunkTokens(20)
                  .checkpoint(checkpoint)
                  .build()
                  .run(documents(40)))
          .isInstanceOf(InvalidOptionException.class)
          .hasMessageStartingWith("an ingest must go on with the settings that it began with")
          .hasMessageContaining("server=127.0.0.1:");
      assertThat(other.calls("create")).isZero();
    }
  }

  /** A part of the ninth document was stored, when it was long. */
  @Test
  void run_nextDocumentIsShorterAfterAKill_leavesNoneOfItsOldChunks() {
    Path checkpoint = folder.resolve("checkpoint");
    List<SourceDocument> documents = new ArrayList<>(documents(40));
    documents.set(8, new SourceDocument("doc-8", "word ".repeat(100)));
    endAfterEight(checkpoint, documents, 3);
    assertThat(points()).hasSizeGreaterThan(9);
    documents.set(8, new SourceDocument("doc-8", "word"));
    IngestReport report =
        ingest(spec().build()).chunkTokens(20).checkpoint(checkpoint).build().run(documents);
    assertThat(report.skipped()).isEqualTo(8);
    assertThat(report.points()).isEqualTo(40);
    assertThat(points()).hasSize(40);
    assertThat(points().values())
        .extracting(point -> point.getPayloadOrThrow("position").getIntegerValue())
        .containsExactlyInAnyOrderElementsOf(
            LongStream.rangeClosed(1, 40).boxed().toList());
  }

  @Test
  void run_metadataWithNull_isStored() {
    Map<String, Object> metadata = new HashMap<>();
    metadata.put("author", null);
    ingest(spec().build()).build().run(List.of(new SourceDocument("a", "", "x", metadata)));
    assertThat(at(points(), PointIds.of("a", 0).toString())
            .getPayloadOrThrow("metadata")
            .getStructValue()
            .getFieldsOrThrow("author")
            .hasNullValue())
        .isTrue();
  }

  @Test
  void bytes_sameMetadataInAnotherOrder_areTheSame() {
    Map<String, Object> one = new LinkedHashMap<>();
    Map<String, Object> other = new LinkedHashMap<>();
    for (int i = 0; i < 20; i++) {
      one.put("k" + i, Map.of("v", i));
      other.put("k" + (19 - i), Map.of("v", 19 - i));
    }
    assertThat(Payload.bytes(one)).isEqualTo(Payload.bytes(other));
    other.put("k3", 3);
    assertThat(Payload.bytes(one)).isNotEqualTo(Payload.bytes(other));
  }

  @Test
  void search_answerAbove4MiB_needsAClientOfQdrantUrl() {
    CollectionSpec dense = CollectionSpec.builder(NAME, "tiny-m3").build();
    List<SourceDocument> documents = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      documents.add(new SourceDocument("d" + i, "", "x", Map.of("page", "x".repeat(600_000))));
    }
    ingest(dense).build().run(documents);
    QdrantSearch search = QdrantSearch.builder(client, embedder, dense).build();
    assertThatThrownBy(() -> search.search("x", 8))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("RESOURCE_EXHAUSTED at attempt 1")
        .hasMessageEndingWith("open the client by QdrantUrl, which takes larger answers");
    assertThat(server.calls("query")).isEqualTo(1);
    try (QdrantClient larger = QdrantUrl.parse(server.url()).open(null)) {
      assertThat(QdrantSearch.builder(larger, embedder, dense).build().search("x", 8))
          .hasSize(8);
    }
  }

  @Test
  void run_nothing_isNothing() {
    IngestReport report = ingest(spec().build()).build().run(List.of());
    assertThat(report.points()).isZero();
    assertThat(points()).isEmpty();
  }

  @Test
  void run_emptyText_hasNoSparseVector() {
    ingest(spec().build()).build().run(List.of(new SourceDocument("a", "")));
    assertThat(points().values())
        .singleElement()
        .satisfies(point -> assertThat(point.getVectors().getVectors().getVectorsMap())
            .containsOnlyKeys("dense", "colbert"));
  }

  @Test
  void run_largePoints_areSpreadOverRequests() {
    List<SourceDocument> documents = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      documents.add(new SourceDocument("d" + i, "word ".repeat(90)));
    }
    int most = 120_000;
    ingest(spec().build()).batchChunks(10).maxRequestBytes(most).build().run(documents);
    assertThat(points()).hasSize(10);
    assertThat(server.calls("upsert")).isBetween(2, 9);
    assertThat(server.largestUpsert()).isBetween(most / 2, most + 1_000);
    assertThatThrownBy(
            () -> ingest(spec().build()).maxRequestBytes(10_000).build().run(documents))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageMatching(
            "a point must have at most 10000 bytes: chunk 0 of document d0 has \\d+;"
                + " choose smaller chunks or allow larger requests");
  }

  /** While the server keeps its answers, the input is not read to its end. */
  @Test
  void run_slowServer_holdsTheInputBack() {
    AtomicInteger read = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger acknowledged = new AtomicInteger();
    List<SourceDocument> documents = documents(200);
    Iterable<SourceDocument> counted = () -> documents.stream()
        .peek(document ->
            most.accumulateAndGet(read.incrementAndGet() - acknowledged.get(), Math::max))
        .iterator();
    server.faults((method, call) -> method.equals("upsert") ? Fault.slow(5) : null);
    ingest(spec().build())
        .listener(progress -> acknowledged.set((int) progress.documents()))
        .build()
        .run(counted);
    assertThat(acknowledged).hasValue(200);
    // Four batches of four at either side, one that is being made, and one document more.
    assertThat(most.get()).isBetween(8, 37);
  }

  @Test
  void run_interrupted_keepsTheFlagAndCanGoOn() {
    Path checkpoint = folder.resolve("checkpoint");
    QdrantIngest ingest = ingest(spec().build())
        .checkpoint(checkpoint)
        .listener(progress -> {
          if (progress.documents() == 8) {
            Thread.currentThread().interrupt();
          }
        })
        .build();
    assertThatThrownBy(() -> ingest.run(documents(40)))
        .isInstanceOf(RuntimeException.class)
        .hasMessageContaining("interrupted");
    assertThat(Thread.interrupted()).isTrue();
    IngestReport report = ingest(spec().build()).checkpoint(checkpoint).build().run(documents(40));
    assertThat(report.skipped()).isEqualTo(8);
    assertThat(points()).hasSize(40);
  }

  /** As speculative execution does, and a task that is thought dead while it still writes. */
  @Test
  void run_twoAttemptsAtAPartAtOnce_leaveAllPointsOnce() {
    List<SourceDocument> documents = documents(60);
    List<SourceDocument> longer = documents.stream()
        .map(document -> new SourceDocument(document.id(), "word ".repeat(40)))
        .toList();
    ingest(spec().build()).chunkTokens(20).build().run(longer);
    int before = points().size();
    QdrantIngest.Builder part =
        ingest(spec().build()).part(ingest(spec().build()).build().prepare(), 0);
    server.faults((method, call) -> method.equals("upsert") ? Fault.slow(2) : null);
    List<CompletableFuture<IngestReport>> attempts = Stream.generate(part::build)
        .limit(2)
        .map(attempt -> CompletableFuture.supplyAsync(
            () -> attempt.run(documents), run -> new Thread(run).start()))
        .toList();
    for (CompletableFuture<IngestReport> attempt : attempts) {
      assertThat(attempt.join().points()).isEqualTo(60);
    }
    assertThat(before).isGreaterThan(60);
    assertThat(points()).hasSize(60);
  }

  @Test
  void run_partThatEndedEarly_isWrittenAgainAsAWhole() {
    QdrantIngest.Builder part =
        ingest(spec().build()).part(ingest(spec().build()).build().prepare(), 0);
    server.faults((method, call) ->
        method.equals("upsert") && call == 5 ? Fault.partial(2, Code.INTERNAL) : null);
    assertThatThrownBy(() -> part.build().run(documents(40))).isInstanceOf(StoreException.class);
    IngestReport report = part.build().run(documents(40));
    assertThat(report.skipped()).isZero();
    assertThat(points()).hasSize(40);
    assertThat(server.calls("create")).isZero();
  }

  /** Several parts of two ingests, of which the second has shorter documents. */
  @Test
  void run_partsOfASecondIngest_replaceAllChunks() {
    UUID first = ingest(spec().build()).build().prepare();
    for (int part = 0; part < 3; part++) {
      ingest(spec().build())
          .chunkTokens(20)
          .part(first, part)
          .build()
          .run(List.of(
              new SourceDocument("a" + part, "word ".repeat(100)),
              new SourceDocument("b" + part, "word ".repeat(50))));
    }
    int before = points().size();
    UUID second = ingest(spec().build()).build().prepare();
    assertThat(second).isNotEqualTo(first);
    long written = 0;
    for (int part = 0; part < 3; part++) {
      written += ingest(spec().build())
          .chunkTokens(20)
          .part(second, part)
          .build()
          .run(List.of(
              new SourceDocument("a" + part, "word"),
              new SourceDocument("b" + part, "word ".repeat(25))))
          .points();
    }
    assertThat(written).isBetween(9L, before - 1L);
    assertThat(points()).hasSize((int) written);
  }

  @Test
  void run_partOfAnotherModelThanThePreparedOne_isRefusedBeforeAnythingIsWritten() {
    UUID ingest = ingest(spec().build()).build().prepare();
    CollectionSpec other = CollectionSpec.builder(NAME, "other").build();
    assertThatThrownBy(() -> ingest(other).part(ingest, 0).build().run(documents(1)))
        .isInstanceOf(CollectionMismatchException.class)
        .hasMessageContaining("must have as model other: it has tiny-m3");
    assertThat(points()).isEmpty();
  }

  @Test
  void run_partWithoutPrepare_isRefused() {
    assertThatThrownBy(
            () -> ingest(spec().build()).part(UUID.randomUUID(), 0).build().run(documents(1)))
        .isInstanceOf(StoreException.class)
        .hasMessageStartingWith("collection books must be read: failed with NOT_FOUND");
  }

  @Test
  void run_twoPartsOfOneNumber_failAtTheCount() {
    UUID ingest = ingest(spec().build()).build().prepare();
    ingest(spec().build()).part(ingest, 1).build().run(documents(3));
    assertThatThrownBy(() -> ingest(spec().build())
            .part(ingest, 1)
            .build()
            .run(List.of(new SourceDocument("another", "x"))))
        .isInstanceOf(StoreException.class)
        .hasMessage("collection books must hold the 1 points of this part: it holds 4; make sure"
            + " that nobody else writes these documents, and that no other part has its number,"
            + " and run it again");
  }

  @Test
  void run_otherInputOrSettingsThanBefore_isRefused() throws Exception {
    Path checkpoint = folder.resolve("checkpoint");
    server.faults(
        (method, call) -> method.equals("upsert") && call > 2 ? Fault.of(Code.INTERNAL) : null);
    assertThatThrownBy(
            () -> ingest(spec().build()).checkpoint(checkpoint).build().run(documents(40)))
        .isInstanceOf(StoreException.class);
    server.faults((method, call) -> null);
    List<SourceDocument> otherText = new ArrayList<>(documents(40));
    otherText.set(3, new SourceDocument("doc-3", "another text"));
    assertThatThrownBy(
            () -> ingest(spec().build()).checkpoint(checkpoint).build().run(otherText))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage("the input must begin as it did when 8 documents of it were stored: it has"
            + " changed; restore it, or delete " + checkpoint + " to begin anew");
    List<SourceDocument> otherMetadata = new ArrayList<>(documents(40));
    otherMetadata.set(2, new SourceDocument("doc-2", "Title 2", "text number 2 of all", Map.of()));
    assertThatThrownBy(
            () -> ingest(spec().build()).checkpoint(checkpoint).build().run(otherMetadata))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageStartingWith("the input must begin as it did");
    assertThatThrownBy(() -> ingest(spec().build())
            .checkpoint(checkpoint)
            .chunkTokens(64)
            .build()
            .run(documents(40)))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageStartingWith("an ingest must go on with the settings that it began with")
        .hasMessageContaining("chunkTokens=64");
    Files.writeString(checkpoint, Files.readString(checkpoint).replace("points=8", "points=x"));
    assertThatThrownBy(
            () -> ingest(spec().build()).checkpoint(checkpoint).build().run(documents(40)))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage("a checkpoint must be as it was written: " + checkpoint
            + " is not; delete it to begin anew");
    Files.delete(checkpoint);
    ingest(spec().build()).checkpoint(checkpoint).build().run(documents(40));
    assertThat(checkpoint).doesNotExist();
  }

  @Test
  void build_outOfBounds_isRefused() {
    CollectionSpec spec = spec().build();
    assertThatThrownBy(() -> ingest(spec).chunkTokens(8).build())
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageStartingWith("tokens of a chunk must be from 16 to ");
    assertThatThrownBy(() -> ingest(spec).chunkTokens(64).overlapTokens(33).build())
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageStartingWith("tokens of overlap must be from 0 to 32: 33");
    assertThatThrownBy(() -> ingest(spec).maxRequestBytes(32 << 20).build())
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageStartingWith("bytes of a request must be from 1024 to 32505856: 33554432");
    assertThatThrownBy(() -> ingest(spec)
            .part(UUID.randomUUID(), 0)
            .checkpoint(folder.resolve("checkpoint"))
            .build())
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageStartingWith("a part must have no checkpoint");
    assertThatThrownBy(() -> ingest(spec).part(unset(), 0))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage("a part must be of an ingest: null is none; pass what prepare() returned");
    assertThatThrownBy(() -> CollectionSpec.builder(NAME, "m").outputs(Output.MULTI_VECTOR))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageStartingWith("a collection must have dense or sparse vectors: [MULTI_VECTOR]");
    assertThatThrownBy(() -> CollectionSpec.builder(" ", "m"))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageStartingWith("a collection and its model must have names");
    assertThatThrownBy(() -> new SourceDocument("", "x"))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage("the id of a document must not be blank; name it");
    assertThatThrownBy(() ->
            new SourceDocument("a", "", "x", Map.of("k", new HashMap<>(Map.of("v", 'c')))))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage(
            "metadata must be strings, booleans, numbers, null, and lists and maps of these: found"
                + " java.lang.Character; leave it out");
  }

  /** As a caller without checks for null has it. */
  @SuppressWarnings("NullAway")
  private static UUID unset() {
    return null;
  }

  @Test
  void build_outputThatTheModelLacks_isRefused() {
    try (BgeEmbedder dense = TestModels.bundled()) {
      assertThatThrownBy(
              () -> QdrantIngest.builder(client, dense, spec().build()).build())
          .isInstanceOf(InvalidOptionException.class)
          .hasMessageStartingWith("a collection must have vectors that its model gives, [DENSE]");
    }
  }
}
