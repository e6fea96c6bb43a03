package io.github.bge4j.examples.cli;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A progress bar on standard error, or nothing. */
final class Progress implements AutoCloseable {

  private static final int UPDATE_INTERVAL_MILLIS = 500;

  private final @Nullable ProgressBar bar;

  private Progress(@Nullable ProgressBar bar) {
    this.bar = bar;
  }

  /** Shows nothing. */
  static Progress none() {
    return new Progress(null);
  }

  /**
   * Starts to show progress.
   *
   * @param task what goes on
   * @param shown false for nothing at all
   * @param total what {@link #advanceTo} ends with, or -1 if unknown
   * @param unit what is counted
   * @param unitSize how many make one unit
   */
  static Progress start(String task, boolean shown, long total, String unit, long unitSize) {
    return new Progress(
        shown
            ? new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(total)
                .setUnit(" " + unit, unitSize)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(UPDATE_INTERVAL_MILLIS)
                .continuousUpdate()
                .build()
            : null);
  }

  void advanceTo(long done) {
    if (bar != null) {
      bar.stepTo(done);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
