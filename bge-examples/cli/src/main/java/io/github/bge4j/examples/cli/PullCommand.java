package io.github.bge4j.examples.cli;

import io.github.bge4j.HubSource;
import io.github.bge4j.ModelSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Brings a model's newest version into the cache. */
@Command(
    name = "pull",
    mixinStandardHelpOptions = true,
    versionProvider = BgeCli.Version.class,
    description = {
      "Gets the newest version of a model from the Hugging Face hub, checks every",
      "file of it, also those that were there, and prints its folder. HF_ENDPOINT,",
      "HF_HOME, HF_HUB_CACHE and HF_TOKEN are honoured."
    })
final class PullCommand implements Callable<Integer> {

  private final Stdio stdio;

  @Parameters(paramLabel = "MODEL", description = "Its id, such as BAAI/bge-m3.")
  private String model = "";

  @Option(
      names = "--revision",
      paramLabel = "R",
      description = "A branch, a tag or a commit. Default: main.")
  private @Nullable String revision;

  PullCommand(Stdio stdio) {
    this.stdio = stdio;
  }

  @Override
  public Integer call() throws IOException {
    HubSource source = ModelSource.hub(model).withListener(new HubProgress(stdio));
    if (revision != null) {
      source = source.withRevision(revision);
    }
    stdio.out().write((source.pull() + "\n").getBytes(StandardCharsets.UTF_8));
    return ExitCode.OK;
  }
}
