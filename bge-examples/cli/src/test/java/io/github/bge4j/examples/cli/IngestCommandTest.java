package io.github.bge4j.examples.cli;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.qdrant.PointIds;
import io.github.bge4j.qdrant.testing.Fault;
import io.github.bge4j.qdrant.testing.QdrantDouble;
import io.github.bge4j.testing.GoldenFiles;
import io.grpc.Status.Code;
import io.qdrant.client.grpc.Points.PointStruct;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the whole command against a stand-in for a server. */
final class IngestCommandTest {

  private static final String M3 = GoldenFiles.path("m3").toString();

  @TempDir
  private Path directory = Path.of("");

  private QdrantDouble server;

  @BeforeEach
  void start() {
    server = QdrantDouble.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private CommandRun ingest(String input, String... more) {
    List<String> args = new ArrayList<>(List.of(
        "ingest",
        "--qdrant",
        server.url(),
        "--collection",
        "books",
        "--checkpoint",
        directory.resolve("checkpoint").toString()));
    args.addAll(List.of(more));
    return CommandRun.of(input, args.toArray(String[]::new));
  }

  private Map<String, PointStruct> points() {
    return server.collection("books").points();
  }

  private PointStruct point(String document) {
    return Objects.requireNonNull(points().get(PointIds.of(document, 0).toString()), document);
  }

  @Test
  void ingest_jsonLines_arePoints() {
    CommandRun run = ingest("""
        {"_id":"paris","title":"Paris","text":"The capital of France.","metadata":{"year":-52}}

        {"id":7,"text":"A small animal that purrs."}
        """, "--model", "bundled");
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).matches("""
        documents    2
        skipped      0
        points       2
        truncated    0 of 2 chunks
        retries      0
        documents/s  [\\d.]+
        tokens/s     \\d+
        """);
    assertThat(points()).hasSize(2);
    assertThat(point("7").getPayloadOrThrow("text").getStringValue())
        .isEqualTo("A small animal that purrs.");
    assertThat(point("paris")
            .getPayloadOrThrow("metadata")
            .getStructValue()
            .getFieldsOrThrow("year")
            .getIntegerValue())
        .isEqualTo(-52);
    var metadata = server.collection("books").made().getMetadataOrThrow("bge4j").getStructValue();
    assertThat(metadata.getFieldsOrThrow("model").getStringValue()).isEqualTo("bge-small-en-v1.5");
  }

  /** The same id as {@code index} gives it, on whatever line. */
  @Test
  void ingest_documentsWithoutIds_areKnownByTheirContent() {
    CommandRun run = ingest("""
        {"text":"One."}
        {"text":"Two."}
        {"text":"One."}
        """, "--model", M3);
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).startsWith("documents    2\n");
    String one = DocumentReaderTest.read("{'text':'One.'}").get(0).id();
    assertThat(point(one).getPayloadOrThrow("text").getStringValue()).isEqualTo("One.");
  }

  @Test
  void ingest_folder_isItsTextsCutIntoChunks() throws IOException {
    Path folder = Files.createDirectories(directory.resolve("texts").resolve("more"));
    Files.writeString(folder.resolve("b.md"), "one two three four. ".repeat(20));
    Files.writeString(folder.resolve("c.html"), "not a text");
    Files.writeString(folder.resolveSibling("a.txt"), "alone");
    CommandRun run = ingest(
        "",
        "--model",
        M3,
        "--outputs",
        "dense,sparse,colbert",
        "--sparse-mapping",
        "hash",
        "--chunk-tokens",
        "32",
        "--overlap-tokens",
        "4",
        "--input",
        directory.resolve("texts").toString());
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).startsWith("documents    2\n");
    assertThat(points()).hasSizeGreaterThan(3);
    assertThat(point("a.txt").getPayloadOrThrow("title").getStringValue()).isEqualTo("a");
    assertThat(point("more/b.md").getVectors().getVectors().getVectorsMap())
        .containsOnlyKeys("dense", "sparse", "colbert");
    var metadata = server.collection("books").made().getMetadataOrThrow("bge4j").getStructValue();
    assertThat(metadata.getFieldsOrThrow("mapping").getStringValue()).isEqualTo("hash");
    assertThat(metadata.getFieldsOrThrow("model").getStringValue()).isEqualTo("m3");
  }

  @Test
  void ingest_endedByTheServer_goesOn() {
    StringBuilder input = new StringBuilder();
    for (int i = 0; i < 12; i++) {
      input
          .append("{\"_id\":\"")
          .append(i)
          .append("\",\"text\":\"number ")
          .append(i)
          .append("\"}\n");
    }
    server.faults((method, call) ->
        method.equals("upsert") && call > 2 ? Fault.of(Code.PERMISSION_DENIED) : null);
    String[] options = {"--model", M3, "--batch", "2"};
    CommandRun ended = ingest(input.toString(), options);
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.err())
        .isEqualTo(
            "bge: collection books must take points: failed with PERMISSION_DENIED at attempt"
                + " 1 (injected); put right what the server says" + System.lineSeparator());
    server.faults((method, call) -> null);
    CommandRun run = ingest(input.toString(), options);
    assertThat(run.out()).startsWith("documents    12\nskipped      4\npoints       12\n");
    assertThat(points()).hasSize(12);
    assertThat(directory.resolve("checkpoint")).doesNotExist();
  }

  @Test
  void ingest_nobodyListens_isToldBeforeTheModelOpens() {
    String url = "http://127.0.0.1:1";
    CommandRun run = CommandRun.of(
        "", "ingest", "--qdrant", url, "--collection", "c", "--model", directory.toString());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err().lines())
        .hasSize(2)
        .first(as(InstanceOfAssertFactories.STRING))
        .startsWith("bge: --qdrant cannot be reached yet: " + url + ": ")
        .endsWith("; is Qdrant started? It is tried again for a minute");
  }

  /** As {@code pull} prints it. */
  @Test
  void ingest_folderInACacheOfTheHub_hasTheModelsName() throws IOException {
    Path snapshots = directory.resolve("models--BAAI--bge-m3").resolve("snapshots");
    Path snapshot = Files.createDirectories(snapshots).resolve("c0ffee");
    Files.createSymbolicLink(snapshot, Path.of(M3).toAbsolutePath());
    CommandRun run = ingest("{\"_id\":\"1\",\"text\":\"a\"}\n", "--model", snapshot.toString());
    assertThat(run.err()).isEmpty();
    var metadata = server.collection("books").made().getMetadataOrThrow("bge4j").getStructValue();
    assertThat(metadata.getFieldsOrThrow("model").getStringValue()).isEqualTo("bge-m3");
  }

  @Test
  void ingest_otherModel_isRefused() {
    ingest("{\"_id\":\"1\",\"text\":\"a\"}\n", "--model", M3);
    CommandRun run =
        ingest("{\"_id\":\"1\",\"text\":\"a\"}\n", "--model", M3, "--model-name", "other");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("must have as model other: it has m3");
  }

  @Test
  void ingest_whatMakesNoSense_isRefused() {
    assertThat(ingest(
                "{\"id\":\"1\",\"text\":\"a\",\"metadata\":{\"x\":18446744073709551616}}",
                "--model",
                M3)
            .err())
        .contains("<stdin> line 1: metadata must be strings");
    assertThat(ingest("{\"id\":\"1\",\"text\":\"a\"}\n\n{\"id\":1,\"text\":\"b\"}", "--model", M3)
            .err())
        .contains("<stdin> line 3: \"id\" must be unique: an earlier line has it; rename one");
    assertThat(ingest("{\"id\":\"1\",\"text\":\"a\\ud800\"}", "--model", M3).err())
        .contains("<stdin> line 1: the text must be well-formed UTF-16");
    assertThat(ingest("", "--model", M3, "--quantization", "half").err())
        .contains("--quantization must be one of none, int8, binary: half");
    assertThat(ingest("", "--model", "bundled", "--outputs", "dense,sparse").err())
        .contains("--outputs must be what the model gives, dense");
    assertThat(ingest("", "--model", M3, "--input", directory.toString()).err())
        .contains("must hold texts, .txt or .md: it has none");
    CommandRun rest = CommandRun.of(
        "", "ingest", "--qdrant", "http://localhost:6333", "--collection", "c", "--model", M3);
    assertThat(rest.exitCode()).isEqualTo(2);
    assertThat(rest.err()).contains("http://localhost:6334 (6333 is that of REST)");
  }
}
