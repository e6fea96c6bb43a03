package io.github.bge4j.examples.cli;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.Output;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** The options that say what to compute of a text. */
final class OutputsOptions {

  private static final Map<String, Output> BY_NAME =
      Map.of("dense", Output.DENSE, "sparse", Output.SPARSE, "colbert", Output.MULTI_VECTOR);

  private static final List<String> NAMES = List.of("dense", "sparse", "colbert");

  private static final WordOption OUTPUTS = new WordOption("--outputs", NAMES);

  @Option(
      names = "--outputs",
      split = ",",
      paramLabel = "dense|sparse|colbert",
      description = "What to compute, separated by commas. Default: dense.")
  private List<String> outputs = List.of("dense");

  /** Returns what was chosen, after checking it. */
  Output[] checked() {
    outputs.forEach(OUTPUTS::check);
    return outputs.stream().distinct().map(BY_NAME::get).toArray(Output[]::new);
  }

  /** Refuses what the model does not give. */
  static void checkGiven(BgeEmbedder embedder, Output... outputs) {
    List<String> given = NAMES.stream()
        .filter(name -> embedder.outputs().contains(BY_NAME.get(name)))
        .toList();
    for (Output output : outputs) {
      if (!embedder.outputs().contains(output)) {
        throw new UsageException(
            "--outputs must be what the model gives, " + String.join(", ", given)
                + "; a BGE-M3 directory needs sparse_linear.pt and colbert_linear.pt for the others");
      }
    }
  }
}
