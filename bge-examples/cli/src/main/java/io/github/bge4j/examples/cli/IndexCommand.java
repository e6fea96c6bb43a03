package io.github.bge4j.examples.cli;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.lucene.BgeIndex;
import io.github.bge4j.lucene.BulkReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import org.jline.terminal.spi.SystemStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Puts documents into an index on disk. */
@Command(
    name = "index",
    mixinStandardHelpOptions = true,
    versionProvider = BgeCli.Version.class,
    description = {
      "Embeds documents and keeps them in a Lucene index on disk, which the commands query and",
      "search read. A document of an id that the index has replaces it; one that has not changed",
      "is not embedded again, so what was interrupted can be repeated."
    })
final class IndexCommand implements Callable<Integer> {

  /** What a killed process loses. */
  private static final Duration BETWEEN_COMMITS = Duration.ofSeconds(30);

  private final Stdio stdio;
  private final Models models;

  @Mixin
  private final EmbedderOptions modelOptions = new EmbedderOptions();

  @ArgGroup(multiplicity = "1")
  private final Documents documents = new Documents();

  @Option(
      names = "--index",
      required = true,
      paramLabel = "DIR",
      description = "Made if it is not there; otherwise the documents are added to it.")
  private Path folder = Path.of("");

  @Option(
      names = "--colbert",
      description = "Keep the ColBERT vectors, too: 4 KiB a token with BGE-M3.")
  private boolean colbert;

  /** Where the documents are. */
  static final class Documents {

    @Option(
        names = "--dataset",
        paramLabel = "DIR",
        description = "Documents in corpus.jsonl {\"_id\", \"title\", \"text\"}, as for search.")
    private @Nullable Path dataset;

    @Option(
        names = "--input",
        paramLabel = "FILE|DIR",
        description = {DocumentReader.JSON_LINES, DocumentReader.OR_FOLDER, "- is standard input."})
    private @Nullable Path input;

    DocumentReader open(Stdio stdio) {
      return dataset == null
          ? DocumentReader.open(input == null ? Input.DASH : input, stdio)
          : new BeirDataset(dataset).openCorpus();
    }
  }

  IndexCommand(Stdio stdio) {
    this.stdio = stdio;
    this.models = Models.of(stdio);
  }

  @Override
  public Integer call() throws IOException {
    try (DocumentReader reader = documents.open(stdio);
        BgeEmbedder model = models.open(modelOptions);
        BgeIndex index = Indexes.open(folder, modelOptions, model, colbert);
        Progress progress = Progress.start(
            "indexing",
            stdio.isTerminal().test(SystemStream.Error),
            reader.count(),
            "documents",
            1)) {
      long start = System.nanoTime();
      BulkReport done = add(index, reader, new Commits(index, progress));
      index.commit();
      Throughput throughput = new Throughput(
          done.documents() - done.unchanged(),
          done.tokens(),
          done.truncated(),
          (System.nanoTime() - start) / 1e9);
      SearchReport report = new SearchReport(OutputFile.ofStdout(stdio));
      report.writeCount("documents", index.size());
      report.writeCount("embedded", throughput.texts());
      report.writeCount("unchanged", done.unchanged());
      report.writeEmbedding(throughput);
      report.flush();
    }
    return ExitCode.OK;
  }

  private static BulkReport add(BgeIndex index, DocumentReader reader, Commits commits)
      throws IOException {
    try {
      return index.addAll(reader.as(Document::indexed), commits);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Shows how far it is, and commits now and then. */
  private static final class Commits implements LongConsumer {

    private final BgeIndex index;
    private final Progress progress;
    private long lastCommit = System.nanoTime();

    Commits(BgeIndex index, Progress progress) {
      this.index = index;
      this.progress = progress;
    }

    @Override
    public void accept(long done) {
      progress.advanceTo(done);
      if (System.nanoTime() - lastCommit > BETWEEN_COMMITS.toNanos()) {
        try {
          index.commit();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        lastCommit = System.nanoTime();
      }
    }
  }
}
