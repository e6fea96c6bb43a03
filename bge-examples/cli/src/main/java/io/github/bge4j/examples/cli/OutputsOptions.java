package io.github.bge4j.examples.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what to compute of a text. */
final class OutputsOptions {

  private static final String SPARSE = "sparse";

  private static final WordOption OUTPUTS = new WordOption(
      "--outputs",
      List.of("dense"),
      List.of(SPARSE, "colbert"),
      "the model gives dense vectors only");

  private static final WordOption MAPPINGS = new WordOption(
      "--sparse-mapping", List.of("tokenizer", "hash", "legacy-tokenizer"), List.of(), "");

  @Option(
      names = "--outputs",
      split = ",",
      paramLabel = "dense",
      description = "What to compute. Default: ${DEFAULT-VALUE}.")
  private List<String> outputs = List.of("dense");

  @Option(
      names = "--sparse-mapping",
      paramLabel = "tokenizer|hash|legacy-tokenizer",
      description = "How tokens become indices; needs sparse among the outputs.")
  private @Nullable String sparseMapping;

  /** Refuses what no model of today gives. */
  void check() {
    if (sparseMapping != null) {
      MAPPINGS.check(sparseMapping);
      if (!outputs.contains(SPARSE)) {
        throw new UsageException("--sparse-mapping needs sparse among --outputs: "
            + String.join(",", outputs) + "; leave it out");
      }
    }
    outputs.forEach(OUTPUTS::check);
  }
}
