package io.github.bge4j.examples.cli;

import io.github.bge4j.BgeReranker;
import io.github.bge4j.InvalidTextException;
import io.github.bge4j.PairScore;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** Scores the pairs of a file, in its order. */
@Command(
    name = "rerank",
    mixinStandardHelpOptions = true,
    versionProvider = BgeCli.Version.class,
    description = {
      "Reads JSON lines {\"query\": ..., \"passage\": ...} and writes, in the same",
      "order, JSON lines {\"index\", \"score\", \"tokens\", \"truncated\"}.",
      "Everything is UTF-8."
    })
final class RerankCommand implements Callable<Integer> {

  private final Stdio stdio;
  private final Models models;

  @Mixin
  private final RerankerOptions modelOptions = new RerankerOptions();

  @Mixin
  private final FileOptions files = new FileOptions();

  RerankCommand(Stdio stdio) {
    this.stdio = stdio;
    this.models = Models.of(stdio);
  }

  @Override
  public Integer call() throws IOException {
    try (Input source = files.openInput(stdio);
        BgeReranker reranker = models.open(modelOptions)) {
      LineReader lines = new LineReader(source);
      files.transform(
          stdio,
          "reranking",
          source.size(),
          lines,
          new PairReader(lines),
          window -> scores(lines.name(), window, reranker),
          ScoreWriter::new);
    }
    return ExitCode.OK;
  }

  private static List<PairScore> scores(String file, List<Pair> window, BgeReranker reranker) {
    try {
      return reranker.scores(window.stream().map(Pair::texts).toList());
    } catch (InvalidTextException e) {
      throw Blame.line(file, i -> window.get(i).line(), e);
    }
  }
}
