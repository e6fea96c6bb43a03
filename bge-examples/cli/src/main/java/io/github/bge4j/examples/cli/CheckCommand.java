package io.github.bge4j.examples.cli;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.BgeReranker;
import io.github.bge4j.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Compares a precision with fp32 on a user's own model and texts. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    versionProvider = BgeCli.Version.class,
    description = {
      "Embeds texts, or scores pairs of them with a reranker, in fp32 and in another precision,",
      "compares vectors or scores, rankings, speed and memory, and says in the last line whether",
      "that precision is safe for them: " + PrecisionReport.RULE
    })
final class CheckCommand implements Callable<Integer> {

  /** The exit code for a precision that is not safe. */
  static final int UNSAFE = 3;

  /** Texts without queries are searched for as far as this. */
  private static final int MOST_QUERIES = 200;

  private final Stdio stdio;
  private final Models models;

  @Mixin
  private final EmbedderOptions modelOptions = new EmbedderOptions();

  @ArgGroup(multiplicity = "1")
  private final Texts texts = new Texts();

  /** What the texts are. */
  static final class Texts {

    @Option(
        names = "--input",
        paramLabel = "FILE",
        description = "Texts, a JSON object {\"text\"} a line; each is searched for in the others.")
    private @Nullable Path input;

    @Option(
        names = "--dataset",
        paramLabel = "DIR",
        description = "Documents, queries and judgements, as for the command search.")
    private @Nullable Path dataset;
  }

  CheckCommand(Stdio stdio) {
    this.stdio = stdio;
    this.models = Models.of(stdio);
  }

  @Override
  public Integer call() throws IOException {
    Precision precision = modelOptions.precision();
    if (precision == null || precision == Precision.FP32) {
      throw new UsageException("--precision must be another than fp32, with which it is compared;"
          + " --precision int8 for example");
    }
    CheckWork work = texts.dataset == null ? readTexts(texts.input) : readDataset(texts.dataset);
    PrecisionReport report = new PrecisionReport(precision, OutputFile.ofStdout(stdio));
    report.writeSizes(work.documents().size(), work.queries().size());
    long before = PrecisionReport.anonymousMemory();
    try (BgeReranker exact = models.openIfReranker(modelOptions, Precision.FP32)) {
      if (exact != null) {
        long between = PrecisionReport.anonymousMemory();
        try (BgeReranker other = models.openReranker(modelOptions, precision)) {
          long after = PrecisionReport.anonymousMemory();
          new RerankerCheck(exact, other, stdio).run(work, report);
          report.writeMemory(before, between, after);
        }
        return report.finish() ? ExitCode.OK : UNSAFE;
      }
    }
    try (BgeEmbedder exact = models.open(modelOptions, Precision.FP32)) {
      long between = PrecisionReport.anonymousMemory();
      try (BgeEmbedder other = models.open(modelOptions, precision)) {
        long after = PrecisionReport.anonymousMemory();
        new EmbedderCheck(exact, other, stdio).run(work, report);
        report.writeMemory(before, between, after);
      }
    }
    return report.finish() ? ExitCode.OK : UNSAFE;
  }

  private CheckWork readDataset(Path folder) throws IOException {
    BeirDataset files = new BeirDataset(folder);
    List<Document> documents = files.readDocuments();
    return new CheckWork(files.corpusName(), documents, files.readQueries(documents));
  }

  private CheckWork readTexts(@Nullable Path input) throws IOException {
    List<Document> documents = new ArrayList<>();
    List<Query> queries = new ArrayList<>();
    try (Input source = Input.open(input == null ? Input.DASH : input, stdio)) {
      LineReader lines = new LineReader(source);
      TextReader reader = new TextReader(lines, false, WindowReader.WINDOW_CHARS);
      List<Text> window = reader.nextWindow();
      for (; !window.isEmpty(); window = reader.nextWindow()) {
        for (Text text : window) {
          String id = String.valueOf(documents.size() + 1);
          documents.add(new Document(text.line(), id, "", text.value()));
          if (queries.size() < MOST_QUERIES) {
            queries.add(Query.ask(queries.size() + 1, text.value()));
          }
        }
      }
      if (documents.size() < 2) {
        throw new UsageException(lines.name() + " must have at least two texts to be compared: "
            + documents.size() + "; add some");
      }
      return new CheckWork(lines.name(), documents, queries);
    }
  }
}
