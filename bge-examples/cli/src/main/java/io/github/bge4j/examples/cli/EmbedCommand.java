package io.github.bge4j.examples.cli;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.Embedding;
import io.github.bge4j.InputType;
import io.github.bge4j.Output;
import io.github.bge4j.sparse.SparseTokenMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jline.terminal.spi.SystemStream;
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

  private static final int KIB = 1024;

  private final Stdio stdio;

  @Mixin
  private final ModelOptions modelOptions = new ModelOptions();

  @Mixin
  private final OutputsOptions outputsOptions = new OutputsOptions();

  @Mixin
  private final MappingOptions mappingOptions = new MappingOptions();

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description = "Default: ${DEFAULT-VALUE}, standard input.")
  private Path input = Input.DASH;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "Overwritten. Default: ${DEFAULT-VALUE}, standard output.")
  private Path output = Input.DASH;

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
    List<Output> chosen = Arrays.asList(outputs);
    mappingOptions.check(chosen);
    try (Input source = Input.open(input, stdio);
        BgeEmbedder embedder = Models.open(modelOptions)) {
      OutputsOptions.checkGiven(embedder, outputs);
      SparseTokenMapper mapper = mappingOptions.mapper(modelOptions);
      checkDistinctFiles();
      LineReader lines = new LineReader(source);
      boolean colbert = chosen.contains(Output.MULTI_VECTOR);
      TextReader reader = new TextReader(
          lines, plain, colbert ? TextReader.COLBERT_WINDOW_CHARS : TextReader.WINDOW_CHARS);
      TextEmbedder texts = new TextEmbedder(embedder, outputs);
      // Before the output is opened, so that an old one is lost only once there is something to
      // write.
      List<Embedding> window = nextWindow(lines, reader, texts);
      try (EmbeddingWriter writer =
              new EmbeddingWriter(OutputFile.open(output, stdio), ids, mapper, outputs);
          Progress progress = Progress.start(showsProgress(), source.size(), "KiB", KIB)) {
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

  private void checkDistinctFiles() throws IOException {
    if (input.equals(Input.DASH) || output.equals(Input.DASH)) {
      return;
    }
    if (Files.isRegularFile(output) && Files.isSameFile(input, output)) {
      throw new UsageException(
          "--output must not be the file that is read: " + output + "; choose another");
    }
  }

  /** A bar among lines of data on the same terminal would spoil both. */
  private boolean showsProgress() {
    boolean dataOnTerminal =
        output.equals(Input.DASH) && stdio.isTerminal().test(SystemStream.Output);
    return !dataOnTerminal && stdio.isTerminal().test(SystemStream.Error);
  }
}
