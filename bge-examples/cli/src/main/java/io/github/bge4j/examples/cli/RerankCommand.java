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
      "Reads JSON lines {\"query\": ..., \"passage\": ...} and writes, in the same order, JSON lines",
      "{\"index\", \"score\", \"tokens\", \"truncated\"}. At most 512 tokens of a pair are read unless",
      "--max-tokens says otherwise. Everything is UTF-8."
    })
final class RerankCommand implements Callable<Integer> {

  private static final int KIB = 1024;

  private final Stdio stdio;

  @Mixin
  private final RerankerOptions modelOptions = new RerankerOptions();

  @Mixin
  private final FileOptions files = new FileOptions();

  RerankCommand(Stdio stdio) {
    this.stdio = stdio;
  }

  @Override
  public Integer call() throws IOException {
    try (Input source = files.openInput(stdio);
        BgeReranker reranker = Models.open(modelOptions)) {
      LineReader lines = new LineReader(source);
      PairReader reader = new PairReader(lines);
      // Before the output is opened, so that an old one is lost only once there is something to
      // write.
      List<PairScore> window = nextWindow(lines, reader, reranker);
      try (ScoreWriter writer = new ScoreWriter(files.openOutput(stdio));
          Progress progress =
              Progress.start("reranking", files.showsProgress(stdio), source.size(), "KiB", KIB)) {
        while (!window.isEmpty()) {
          for (PairScore score : window) {
            writer.write(score);
          }
          writer.flush();
          progress.advanceTo(lines.bytesRead());
          window = nextWindow(lines, reader, reranker);
        }
      }
    }
    return ExitCode.OK;
  }

  private static List<PairScore> nextWindow(
      LineReader lines, PairReader reader, BgeReranker reranker) {
    List<Pair> window = reader.nextWindow();
    if (window.isEmpty()) {
      return List.of();
    }
    try {
      return reranker.scores(window.stream().map(Pair::texts).toList());
    } catch (InvalidTextException e) {
      throw Blame.line(lines.name(), i -> window.get(i).line(), e);
    }
  }
}
