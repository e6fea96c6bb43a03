package io.github.bge4j.examples.cli;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.InputType;
import io.github.bge4j.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jline.terminal.spi.SystemStream;
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
      "Embeds texts in fp32 and in another precision, compares vectors, rankings, speed and",
      "memory, and says in the last line whether that precision is safe for them: "
          + PrecisionReport.RULE
    })
final class CheckCommand implements Callable<Integer> {

  /** The exit code for a precision that is not safe. */
  static final int UNSAFE = 3;

  /** As many texts as tell how fast a model is. */
  private static final int TIMED_TEXTS = 64;

  private static final int ROUNDS = 3;

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

  /** What is searched and what for; no query has judgements unless all have. */
  private record Work(String name, List<Document> documents, List<Query> queries) {

    boolean judged() {
      return queries.get(0).hasRelevant();
    }
  }

  /** What one model made of the work. */
  private record Answers(List<float[]> documents, List<float[]> queries, List<SearchResult> hits) {

    List<float[]> vectors() {
      List<float[]> all = new ArrayList<>(documents);
      all.addAll(queries);
      return all;
    }
  }

  @Override
  public Integer call() throws IOException {
    Precision precision = modelOptions.precision();
    if (precision == null || precision == Precision.FP32) {
      throw new UsageException("--precision must be another than fp32, with which it is compared;"
          + " --precision int8 for example");
    }
    Work work = texts.dataset == null ? readTexts(texts.input) : readDataset(texts.dataset);
    long before = PrecisionReport.anonymousMemory();
    try (BgeEmbedder exact = models.open(modelOptions, Precision.FP32)) {
      long between = PrecisionReport.anonymousMemory();
      try (BgeEmbedder other = models.open(modelOptions, precision)) {
        long after = PrecisionReport.anonymousMemory();
        PrecisionReport report = new PrecisionReport(precision, OutputFile.ofStdout(stdio));
        report.writeSizes(work.documents().size(), work.queries().size());
        Answers expected = answer(exact, work);
        Answers actual = answer(other, work);
        report.compareVectors(expected.vectors(), actual.vectors(), exact.similarity());
        report.compareRankings(expected.hits(), actual.hits());
        if (work.judged()) {
          report.compareEvaluations(Evaluation.of(expected.hits()), Evaluation.of(actual.hits()));
        }
        time(report, exact, other, work);
        report.writeMemory(before, between, after);
        return report.finish() ? ExitCode.OK : UNSAFE;
      }
    }
  }

  private Work readDataset(Path folder) throws IOException {
    BeirDataset files = new BeirDataset(folder);
    List<Document> documents = files.readDocuments();
    return new Work(files.corpusName(), documents, files.readQueries(documents));
  }

  private Work readTexts(@Nullable Path input) throws IOException {
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
      return new Work(lines.name(), documents, queries);
    }
  }

  private Answers answer(BgeEmbedder model, Work work) {
    TextEmbedder embedder = new TextEmbedder(model);
    boolean shown = stdio.isTerminal().test(SystemStream.Error);
    long total = (long) work.documents().size() + work.queries().size();
    try (Progress progress = Progress.start("embedding", shown, total, "texts", 1)) {
      BulkEmbedder bulk = new BulkEmbedder(embedder, progress);
      List<float[]> documents = bulk.embed(
          work.name(),
          work.documents().stream().map(Document::passage).toList(),
          InputType.PASSAGE);
      List<float[]> queries = bulk.embed(
          work.name(), work.queries().stream().map(Query::text).toList(), InputType.QUERY);
      ExactSearch index = new ExactSearch(work.documents(), documents, model.similarity());
      List<SearchResult> hits = IntStream.range(0, queries.size())
          .mapToObj(i ->
              new SearchResult(work.queries().get(i), index.find(queries.get(i), Evaluation.DEPTH)))
          .toList();
      return new Answers(documents, queries, hits);
    }
  }

  /** Both models in turns, as the machine may have other work. */
  private static void time(
      PrecisionReport report, BgeEmbedder exact, BgeEmbedder other, Work work) {
    List<Document> all = work.documents();
    int step = Math.max(1, all.size() / TIMED_TEXTS);
    List<Text> some = IntStream.range(0, Math.min(all.size(), TIMED_TEXTS))
        .mapToObj(i -> all.get(i * step).passage())
        .toList();
    for (int round = 0; round < ROUNDS; round++) {
      report.addRound(time(exact, some, work), time(other, some, work));
    }
  }

  private static Throughput time(BgeEmbedder model, List<Text> some, Work work) {
    TextEmbedder embedder = new TextEmbedder(model);
    embedder.embed(work.name(), some, InputType.PASSAGE);
    return embedder.throughput();
  }
}
