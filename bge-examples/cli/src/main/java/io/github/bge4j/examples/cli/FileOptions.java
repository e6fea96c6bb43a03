package io.github.bge4j.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jline.terminal.spi.SystemStream;
import picocli.CommandLine.Option;

/** The options of every command that turns one file into another. */
final class FileOptions {

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

  /** Opens the input; refuses an output that is the same file. */
  Input openInput(Stdio stdio) throws IOException {
    if (!input.equals(Input.DASH)
        && !output.equals(Input.DASH)
        && Files.isRegularFile(output)
        && Files.exists(input)
        && Files.isSameFile(input, output)) {
      throw new UsageException(
          "--output must not be the file that is read: " + output + "; choose another");
    }
    return Input.open(input, stdio);
  }

  OutputFile openOutput(Stdio stdio) throws WriteException {
    return OutputFile.open(output, stdio);
  }

  /** A bar among lines of data on the same terminal would spoil both. */
  boolean showsProgress(Stdio stdio) {
    boolean dataOnTerminal =
        output.equals(Input.DASH) && stdio.isTerminal().test(SystemStream.Output);
    return !dataOnTerminal && stdio.isTerminal().test(SystemStream.Error);
  }
}
