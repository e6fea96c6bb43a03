package io.github.bge4j.examples.cli;

import io.github.bge4j.CachedModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;

/** Lists the models of the cache. */
@Command(
    name = "models",
    mixinStandardHelpOptions = true,
    versionProvider = BgeCli.Version.class,
    description = {
      "Lists the models in the Hugging Face cache, whoever put them there: id,",
      "revisions, commit, size. Incomplete ones are marked; pull completes them."
    })
final class ModelsCommand implements Callable<Integer> {

  private static final int COMMIT_DIGITS = 12;

  private final Stdio stdio;

  ModelsCommand(Stdio stdio) {
    this.stdio = stdio;
  }

  @Override
  public Integer call() throws IOException {
    List<CachedModel> models = CachedModel.list();
    int width = models.stream().mapToInt(model -> model.id().length()).max().orElse(0);
    for (CachedModel model : models) {
      stdio.out().write((line(model, width) + "\n").getBytes(StandardCharsets.UTF_8));
    }
    return ExitCode.OK;
  }

  private static String line(CachedModel model, int width) {
    String revisions = model.revisions().isEmpty() ? "-" : String.join(",", model.revisions());
    String line = String.format(
        Locale.ROOT,
        "%-" + width + "s  %-8s  %s  %9.1f MB",
        model.id(),
        revisions,
        model.commit().substring(0, Math.min(COMMIT_DIGITS, model.commit().length())),
        model.bytes() / 1e6);
    return model.usable() ? line : line + "  incomplete";
  }
}
