package io.github.bge4j.examples.cli;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.InputType;
import io.github.bge4j.Output;
import io.github.bge4j.sparse.SparseTokenMapper;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Embeds the texts of a file, in its order. */
@Command(
    name = "embed",
    mixinStandardHelpOptions = true,
    versionProvider = BgeCli.Version.class,
    description = {
      "Reads JSON lines {\"text\": ...} and writes, in the same order, JSON lines",
      "{\"index\", \"tokens\", \"truncated\"} with \"dense\", \"lexical_weights\" (for sparse) and",
      "\"colbert\" as chosen, and \"sparse\" with a mapping. Everything is UTF-8."
    })
final class EmbedCommand implements Callable<Integer> {

  private final Stdio stdio;
  private final Models models;

  @Mixin
  private final EmbedderOptions modelOptions = new EmbedderOptions();

  @Mixin
  private final OutputsOptions outputsOptions = new OutputsOptions();

  @Mixin
  private final MappingOptions mappingOptions = new MappingOptions();

  @Mixin
  private final FileOptions files = new FileOptions();

  @Option(names = "--query", description = "The texts are queries: put the instruction before.")
  private boolean query;

  @Option(names = "--plain", description = "Every line is a text, empty ones too, instead of JSON.")
  private boolean plain;

  @Option(names = "--ids", description = "Write the token ids, too.")
  private boolean ids;

  EmbedCommand(Stdio stdio) {
    this.stdio = stdio;
    this.models = Models.of(stdio);
  }

  @Override
  public Integer call() throws IOException {
    Output[] outputs = outputsOptions.checked();
    List<Output> chosen = Arrays.asList(outputs);
    mappingOptions.check(chosen);
    SparseTokenMapper mapper = mappingOptions.mapper(modelOptions, models);
    try (Input source = files.openInput(stdio);
        BgeEmbedder embedder = models.open(modelOptions)) {
      OutputsOptions.checkGiven(embedder, outputs);
      LineReader lines = new LineReader(source);
      boolean colbert = chosen.contains(Output.MULTI_VECTOR);
      TextReader reader = new TextReader(
          lines, plain, colbert ? TextReader.COLBERT_WINDOW_CHARS : WindowReader.WINDOW_CHARS);
      TextEmbedder texts = new TextEmbedder(embedder, outputs);
      InputType type = query ? InputType.QUERY : InputType.PASSAGE;
      files.transform(
          stdio,
          "embedding",
          source.size(),
          lines,
          reader,
          window -> texts.embed(lines.name(), window, type),
          out -> new EmbeddingWriter(out, ids, mapper, outputs));
    }
    return ExitCode.OK;
  }
}
