package io.github.bge4j.examples.cli;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.InvalidTextException;
import io.github.bge4j.lucene.BgeIndex;
import io.github.bge4j.lucene.BulkReport;
import io.github.bge4j.lucene.InvalidDocumentException;
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

  private static final int KIB = 1024;

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
        paramLabel = "FILE",
        description = {
          "Documents, a JSON object {\"text\"} a line, with or without \"_id\" (default: a hash of",
          "title and text), \"title\" and \"metadata\", an object. - is standard input."
        })
    private @Nullable Path input;

    Input open(Stdio stdio) {
      return dataset == null
          ? Input.open(input == null ? Input.DASH : input, stdio)
          : Input.open(Path.of(new BeirDataset(dataset).corpusName()));
    }
  }

  IndexCommand(Stdio stdio) {
    this.stdio = stdio;
    this.models = Models.of(stdio);
  }

  @Override
  public Integer call() throws IOException {
    try (Input input = documents.open(stdio);
        BgeEmbedder model = models.open(modelOptions);
        BgeIndex index = Indexes.open(folder, modelOptions, model, colbert);
        Progress progress = Progress.start(
            "indexing", stdio.isTerminal().test(SystemStream.Error), input.size(), "KiB", KIB)) {
      LineReader lines = new LineReader(input);
      DocumentReader reader = new DocumentReader(lines, documents.dataset != null);
      long start = System.nanoTime();
      BulkReport done = add(index, reader, new Commits(index, lines, progress));
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
      return index.addAll(reader, commits);
    } catch (InvalidDocumentException e) {
      if (e.getCause() instanceof InvalidTextException cause) {
        throw Blame.line(reader.name(), text -> reader.line(e.id()), cause);
      }
      throw e;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Shows how far it is, and commits now and then. */
  private static final class Commits implements LongConsumer {

    private final BgeIndex index;
    private final LineReader lines;
    private final Progress progress;
    private long lastCommit = System.nanoTime();

    Commits(BgeIndex index, LineReader lines, Progress progress) {
      this.index = index;
      this.lines = lines;
      this.progress = progress;
    }

    @Override
    public void accept(long done) {
      progress.advanceTo(lines.bytesRead());
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
