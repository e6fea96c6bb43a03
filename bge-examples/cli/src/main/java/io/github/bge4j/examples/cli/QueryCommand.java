package io.github.bge4j.examples.cli;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.lucene.BgeIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks an index one question. */
@Command(
    name = "query",
    mixinStandardHelpOptions = true,
    versionProvider = BgeCli.Version.class,
    description = {
      "Finds the documents of an index that answer a question, reranks them if asked to, and",
      "prints the best. The model must be the one that the index was made with."
    })
final class QueryCommand implements Callable<Integer> {

  private final Stdio stdio;
  private final Models models;

  @Mixin
  private final EmbedderOptions modelOptions = new EmbedderOptions();

  @Mixin
  private final ModeOptions modeOptions = new ModeOptions();

  @Mixin
  private final RerankOptions rerankOptions = new RerankOptions();

  @Option(
      names = "--index",
      required = true,
      paramLabel = "DIR",
      description = "What the command index made.")
  private Path folder = Path.of("");

  @Option(
      names = "--hits",
      paramLabel = "N",
      description = "Print the best N documents. Default: ${DEFAULT-VALUE}.")
  private int hits = 10;

  @Parameters(paramLabel = "QUESTION", description = "What to search for.")
  private String question = "";

  QueryCommand(Stdio stdio) {
    this.stdio = stdio;
    this.models = Models.of(stdio);
  }

  @Override
  public Integer call() throws IOException {
    if (hits < 1) {
      throw new UsageException("--hits must be at least 1: " + hits + "; leave it out for 10");
    }
    modeOptions.check();
    rerankOptions.check();
    Indexes.requireFolder(folder);
    try (BgeEmbedder model = models.open(modelOptions);
        BgeIndex index = Indexes.openReadOnly(folder, modelOptions, model);
        HitReranker reranker = rerankOptions.open(models, modelOptions)) {
      int most = reranker == null ? hits : Math.max(hits, rerankOptions.depth());
      SearchResult result = modeOptions.search(index, Query.ask(1, question), most);
      SearchReport report = new SearchReport(OutputFile.ofStdout(stdio));
      report.writeHits(reranker == null ? result : reranker.rerank(result), hits);
      report.flush();
    }
    return ExitCode.OK;
  }
}
