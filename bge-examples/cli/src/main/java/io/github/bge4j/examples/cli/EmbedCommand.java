package io.github.bge4j.examples.cli;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.Embedding;
import io.github.bge4j.InputType;
import io.github.bge4j.Output;
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
      "\"colbert\" as chosen. Everything is UTF-8."
    })
final class EmbedCommand implements Callable<Integer> {

  private static final int KIB = 1024;

  private final Stdio stdio;

  @Mixin
  private final EmbedderOptions modelOptions = new EmbedderOptions();

  @Mixin
  private final OutputsOptions outputsOptions = new OutputsOptions();

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
  }

  @Override
  public Integer call() throws IOException {
    Output[] outputs = outputsOptions.checked();
    try (Input source = files.openInput(stdio);
        BgeEmbedder embedder = Models.open(modelOptions)) {
      OutputsOptions.checkGiven(embedder, outputs);
      LineReader lines = new LineReader(source);
      boolean colbert = Arrays.asList(outputs).contains(Output.MULTI_VECTOR);
      TextReader reader = new TextReader(
          lines, plain, colbert ? TextReader.COLBERT_WINDOW_CHARS : WindowReader.WINDOW_CHARS);
      TextEmbedder texts = new TextEmbedder(embedder, outputs);
      // Before the output is opened, so that an old one is lost only once there is something to
      // write.
      List<Embedding> window = nextWindow(lines, reader, texts);
      try (EmbeddingWriter writer = new EmbeddingWriter(files.openOutput(stdio), ids, outputs);
          Progress progress =
              Progress.start("embedding", files.showsProgress(stdio), source.size(), "KiB", KIB)) {
        while (!window.isEmpty()) {
          for (Embedding embedding : window) {
            writer.write(embedding);
          }
          writer.flush();
          progress.advanceTo(lines.bytesRead());
          window = nextWindow(lines, reader, texts);
        }
      }
    }
    return ExitCode.OK;
  }

  private List<Embedding> nextWindow(LineReader lines, TextReader reader, TextEmbedder texts)
      throws IOException {
    List<Text> window = reader.nextWindow();
    InputType type = query ? InputType.QUERY : InputType.PASSAGE;
    return window.isEmpty() ? List.of() : texts.embed(lines.name(), window, type);
  }
}
