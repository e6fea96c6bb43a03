package io.github.bge4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** What Linux says about the memory of this process. */
final class ProcessMemory {

  private ProcessMemory() {}

  /** Returns resident memory in all, anonymous and backed by files. */
  static String read() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.matches("(VmRSS|RssAnon|RssFile):.*"))
          .map(line -> line.replaceAll("\\s+", " "))
          .collect(Collectors.joining("  "));
    }
  }
}
