package io.github.bge4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** What Linux says about the load and the memory of processes. */
final class ProcessMemory {

  private ProcessMemory() {}

  /**
   * Returns a size of a process, such as {@code VmRSS} (now) or {@code VmHWM} (highest), in KiB.
   */
  static long kilobytes(long pid, String field) throws IOException {
    try (var lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
      return lines
          .filter(line -> line.startsWith(field + ":"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")))
          .findFirst()
          .orElseThrow(() -> new IOException("process " + pid + " has no " + field));
    }
  }

  /** Returns the load average of the last minute. */
  static double loadAverage() throws IOException {
    String averages = Files.readString(Path.of("/proc/loadavg"));
    return Double.parseDouble(averages.substring(0, averages.indexOf(' ')));
  }

  /** Returns resident memory of this process in all, anonymous and backed by files. */
  static String read() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.matches("(VmRSS|RssAnon|RssFile):.*"))
          .map(line -> line.replaceAll("\\s+", " "))
          .collect(Collectors.joining("  "));
    }
  }
}
