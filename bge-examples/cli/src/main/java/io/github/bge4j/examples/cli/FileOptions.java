package io.github.bge4j.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jline.terminal.spi.SystemStream;
import picocli.CommandLine.Option;

/** The options of every command that turns one file into another. */
final class FileOptions {

  private static final int KIB = 1024;

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

  /**
   * Turns the entries of the input into lines of the output, window by window.
   *
   * @param task what a progress bar calls it
   * @param total size of the input in bytes, or -1
   * @param reader on {@code lines}
   * @param work gives the results of a window, which is not empty
   * @param opener opens what writes the results
   */
  <T, R> void transform(
      Stdio stdio,
      String task,
      long total,
      LineReader lines,
      WindowReader<T> reader,
      Function<List<T>, List<R>> work,
      WriterOpener<R> opener)
      throws IOException {
    // Before the output is opened, so that an old one is lost only once there is something to
    // write.
    List<R> results = next(reader, work);
    try (JsonLineWriter<R> writer = opener.open(OutputFile.open(output, stdio));
        Progress progress = Progress.start(task, showsProgress(stdio), total, "KiB", KIB)) {
      while (!results.isEmpty()) {
        for (R result : results) {
          writer.write(result);
        }
        writer.flush();
        progress.advanceTo(lines.bytesRead());
        results = next(reader, work);
      }
    }
  }

  private static <T, R> List<R> next(WindowReader<T> reader, Function<List<T>, List<R>> work) {
    List<T> window = reader.nextWindow();
    return window.isEmpty() ? List.of() : work.apply(window);
  }

  /** A bar among lines of data on the same terminal would spoil both. */
  private boolean showsProgress(Stdio stdio) {
    boolean dataOnTerminal =
        output.equals(Input.DASH) && stdio.isTerminal().test(SystemStream.Output);
    return !dataOnTerminal && stdio.isTerminal().test(SystemStream.Error);
  }

  interface WriterOpener<R> {
    JsonLineWriter<R> open(OutputFile out) throws IOException;
  }
}
