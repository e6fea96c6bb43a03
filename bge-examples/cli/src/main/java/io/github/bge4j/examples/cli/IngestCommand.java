package io.github.bge4j.examples.cli;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.Output;
import io.github.bge4j.examples.models.NamedModels;
import io.github.bge4j.qdrant.CollectionMismatchException;
import io.github.bge4j.qdrant.CollectionSpec;
import io.github.bge4j.qdrant.IngestReport;
import io.github.bge4j.qdrant.QdrantIngest;
import io.github.bge4j.qdrant.QdrantUrl;
import io.github.bge4j.sparse.SparseTokenMapper;
import io.qdrant.client.QdrantClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jline.terminal.spi.SystemStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Stores documents in a collection of Qdrant. */
@Command(
    name = "ingest",
    mixinStandardHelpOptions = true,
    versionProvider = BgeCli.Version.class,
    description = {
      "Cuts documents into chunks, embeds them, and stores them in a collection of Qdrant, which is",
      "created if need be. Run again after any end, it goes on where it ended. QDRANT_API_KEY in the",
      "environment is sent as the API key."
    })
final class IngestCommand implements Callable<Integer> {

  private static final WordOption QUANTIZATIONS =
      new WordOption("--quantization", List.of("none", "int8", "binary"));

  /** Held, or the level would be forgotten: gRPC tells of its start otherwise. */
  private static final Logger GRPC = Logger.getLogger("io.grpc");

  /** As long as the answer of a server far away may take. */
  private static final int CONNECT_MILLIS = 2_000;

  private final Stdio stdio;
  private final Models models;

  @Mixin
  private final EmbedderOptions modelOptions = new EmbedderOptions();

  @Mixin
  private final OutputsOptions outputsOptions = new OutputsOptions();

  @Mixin
  private final MappingOptions mappingOptions = new MappingOptions();

  @Option(
      names = "--qdrant",
      required = true,
      paramLabel = "URL",
      description = "Its address and port of gRPC, for example http://localhost:6334.")
  private String url = "";

  @Option(names = "--collection", required = true, paramLabel = "C", description = "Its name.")
  private String collection = "";

  @Option(
      names = "--input",
      paramLabel = "FILE|DIR",
      description = {
        DocumentReader.JSON_LINES,
        DocumentReader.OR_FOLDER,
        "Default: ${DEFAULT-VALUE}, standard input."
      })
  private Path input = Input.DASH;

  @Option(
      names = "--model-name",
      paramLabel = "NAME",
      description = {
        "What the collection calls the model; another one is refused.",
        "Default: the last part of --model."
      })
  private @Nullable String modelName;

  @Option(
      names = "--chunk-tokens",
      paramLabel = "N",
      description = "Most tokens of a chunk. Default: 512, or what the model takes.")
  private @Nullable Integer chunkTokens;

  @Option(
      names = "--overlap-tokens",
      paramLabel = "N",
      description = "Tokens that chunks have in common. Default: an eighth of a chunk.")
  private @Nullable Integer overlapTokens;

  @Option(names = "--no-titles", description = "Do not put the title before every chunk.")
  private boolean noTitles;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Chunks that are embedded and stored together. Default: 64.")
  private @Nullable Integer batch;

  @Option(names = "--on-disk", description = "Make a collection with vectors and payload on disk.")
  private boolean onDisk;

  @Option(
      names = "--quantization",
      paramLabel = "none|int8|binary",
      description = "Make a collection with vectors in memory so. Default: ${DEFAULT-VALUE}.")
  private String quantization = "none";

  @Option(
      names = "--adopt",
      description = "Take a collection that does not name its model for one of this model.")
  private boolean adopt;

  @Option(
      names = "--checkpoint",
      paramLabel = "FILE",
      description = {
        "Says how far the work is, until it is done.",
        "Default: COLLECTION.ingest in the working directory."
      })
  private @Nullable Path checkpoint;

  IngestCommand(Stdio stdio) {
    this.stdio = stdio;
    this.models = Models.of(stdio);
  }

  @Override
  public Integer call() throws IOException {
    Output[] outputs = outputsOptions.checked();
    mappingOptions.check(Arrays.asList(outputs));
    QUANTIZATIONS.check(quantization);
    GRPC.setLevel(Level.WARNING);
    QdrantUrl server = QdrantUrl.parse(url);
    CollectionSpec spec = spec(outputs);
    tellWhereNobodyListens(server);
    try (DocumentReader documents = DocumentReader.open(input, stdio);
        QdrantClient client = server.open(System.getenv("QDRANT_API_KEY"));
        BgeEmbedder embedder = models.open(modelOptions)) {
      OutputsOptions.checkGiven(embedder, outputs);
      write(ingest(client, embedder, spec, documents));
    } catch (CollectionMismatchException e) {
      throw new UsageException(String.valueOf(e.getMessage()), e);
    }
    return ExitCode.OK;
  }

  /** Calls are tried again for a minute, also when no server was started. */
  private void tellWhereNobodyListens(QdrantUrl server) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(server.host(), server.port()), CONNECT_MILLIS);
    } catch (IOException e) {
      stdio
          .err()
          .println("bge: --qdrant cannot be reached yet: " + url + ": " + e.getMessage()
              + "; is Qdrant started? It is tried again for a minute");
    }
  }

  private CollectionSpec spec(Output... outputs) {
    SparseTokenMapper mapper = mappingOptions.mapper(modelOptions, models);
    CollectionSpec.Builder spec = CollectionSpec.builder(
            collection, modelName == null ? name(modelOptions.model()) : modelName)
        .outputs(outputs)
        .onDisk(onDisk)
        .quantization(CollectionSpec.Quantization.valueOf(quantization.toUpperCase(Locale.ROOT)));
    if (mapper != null) {
      spec.mapper(mapper);
    }
    return spec.build();
  }

  /** A folder may be named from the working directory, as {@code .} is. */
  private static String name(String model) {
    return model.equals(NamedModels.BUNDLED)
        ? "bge-small-en-v1.5"
        : CollectionSpec.modelName(Path.of(model).toAbsolutePath().normalize().toString());
  }

  private IngestReport ingest(
      QdrantClient client, BgeEmbedder embedder, CollectionSpec spec, DocumentReader documents) {
    try (Progress progress = Progress.start(
        "storing",
        stdio.isTerminal().test(SystemStream.Error),
        documents.count(),
        "documents",
        1)) {
      QdrantIngest.Builder ingest = QdrantIngest.builder(client, embedder, spec)
          .titles(!noTitles)
          .adoptUnmarked(adopt)
          .checkpoint(checkpoint == null ? Path.of(collection + ".ingest") : checkpoint)
          .listener(done -> progress.advanceTo(done.documents()));
      if (chunkTokens != null) {
        ingest.chunkTokens(chunkTokens);
      }
      if (overlapTokens != null) {
        ingest.overlapTokens(overlapTokens);
      }
      if (batch != null) {
        ingest.batchChunks(batch);
      }
      return ingest.build().run(() -> documents.as(Document::source));
    }
  }

  private void write(IngestReport report) throws IOException {
    String lines = String.format(
        Locale.ROOT,
        "%-12s %d\n%-12s %d\n%-12s %d\n%-12s %d of %d chunks\n%-12s %d\n%-12s %.1f\n%-12s %.0f\n",
        "documents",
        report.documents(),
        "skipped",
        report.skipped(),
        "points",
        report.points(),
        "truncated",
        report.truncated(),
        report.points(),
        "retries",
        report.retries(),
        "documents/s",
        report.documentsPerSecond(),
        "tokens/s",
        report.seconds() > 0 ? report.tokens() / report.seconds() : 0);
    stdio.out().write(lines.getBytes(StandardCharsets.UTF_8));
  }
}
