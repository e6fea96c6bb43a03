package io.github.bge4j.examples.cli;

import io.github.bge4j.DownloadListener;
import org.jline.terminal.spi.SystemStream;

/** Shows a download from the hub, if standard error is a terminal. */
final class HubProgress implements DownloadListener {

  private static final long MIB = 1 << 20;

  private final Stdio stdio;
  private Progress progress = Progress.none();

  HubProgress(Stdio stdio) {
    this.stdio = stdio;
  }

  @Override
  public void waiting(String model) {
    if (shown()) {
      stdio.err().println("bge: waiting for another process that gets " + model);
    }
  }

  @Override
  public void started(String model, long totalBytes) {
    progress = Progress.start("getting " + model, shown(), totalBytes, "MiB", MIB);
  }

  @Override
  public void progressed(long receivedBytes, long totalBytes) {
    progress.advanceTo(receivedBytes);
  }

  @Override
  public void ended(String model) {
    progress.close();
  }

  private boolean shown() {
    return stdio.isTerminal().test(SystemStream.Error);
  }
}
