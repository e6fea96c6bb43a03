package io.github.bge4j.examples.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the entries of a file window by window, so that memory does not grow with the file.
 *
 * @param <T> what a line holds
 */
abstract class WindowReader<T> {

  /** Enough to share among the workers, little enough to see progress. */
  static final int WINDOW_ENTRIES = 1024;

  /** Some 8 MiB in memory, and 2000 texts that fill a model of 512 tokens. */
  static final int WINDOW_CHARS = 1 << 22;

  private final LineReader lines;
  private final int windowChars;

  /**
   * Makes a reader on lines that it does not close.
   *
   * @param windowChars a window ends after the entry that reaches this
   */
  WindowReader(LineReader lines, int windowChars) {
    this.lines = lines;
    this.windowChars = windowChars;
  }

  /** Returns what a line holds, or null if it is to be skipped. */
  abstract @Nullable T parse(Line line);

  abstract int chars(T entry);

  /** Returns the next entries in their order; none at the end. */
  List<T> nextWindow() {
    List<T> window = new ArrayList<>();
    int chars = 0;
    while (window.size() < WINDOW_ENTRIES && chars < windowChars) {
      Line line = lines.next();
      if (line == null) {
        break;
      }
      T entry = parse(line);
      if (entry != null) {
        window.add(entry);
        chars += chars(entry);
      }
    }
    return window;
  }
}
