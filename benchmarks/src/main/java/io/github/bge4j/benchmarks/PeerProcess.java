package io.github.bge4j.benchmarks;

import com.google.gson.Gson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A running engine in a process of its own; closing it ends the process. For one thread. */
final class PeerProcess implements AutoCloseable {

  private static final Gson GSON = new Gson();
  private static final double MIB_OF_KB = 1 / 1024.0;

  private final Process process;
  private final Path errors;
  private final Writer requests;
  private final BufferedReader answers;

  /** Starts the engine; what it writes to standard error goes into the file. */
  PeerProcess(List<String> command, Path errors) throws IOException {
    this.errors = errors;
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
    builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
    builder.environment().put("HF_HUB_OFFLINE", "1");
    process = builder.start();
    requests = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
    answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Returns vectors of the texts, of one call or of a call for each. */
  PeerServer.Reply embed(List<String> texts, boolean each, boolean numbers) {
    return ask(new PeerServer.Request(texts, each, "", numbers));
  }

  /** Returns scores of the passages for the query, in one row. */
  PeerServer.Reply rerank(String query, List<String> passages, boolean numbers) {
    return ask(new PeerServer.Request(passages, false, query, numbers));
  }

  private PeerServer.Reply ask(PeerServer.Request request) {
    try {
      requests.write(GSON.toJson(request) + "\n");
      requests.flush();
      String line = answers.readLine();
      if (line != null) {
        return GSON.fromJson(line, PeerServer.Reply.class);
      }
    } catch (IOException e) {
      throw new PeerFailure(lastError(), e);
    }
    throw new PeerFailure(lastError(), null);
  }

  /** The last line that tells something; of a stack trace in Java the first. */
  private String lastError() {
    try {
      List<String> lines =
          Files.readString(errors).lines().filter(l -> !l.isBlank()).toList();
      return lines.stream()
          .filter(line -> line.startsWith("Exception in thread") || line.startsWith("Caused by"))
          .reduce((first, second) -> second)
          .orElse(lines.isEmpty() ? "it ended without a word" : lines.get(lines.size() - 1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns resident memory now, MiB. */
  double residentMebibytes() throws IOException {
    return ProcessMemory.kilobytes(process.pid(), "VmRSS") * MIB_OF_KB;
  }

  /** Returns the highest resident memory since the start, MiB. */
  double peakMebibytes() throws IOException {
    return ProcessMemory.kilobytes(process.pid(), "VmHWM") * MIB_OF_KB;
  }

  @Override
  public void close() throws IOException {
    try {
      requests.close();
    } catch (IOException e) {
      // It has ended already.
    }
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    answers.close();
  }

  /** An engine that cannot do what it is asked for; the message is its own. */
  static final class PeerFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    PeerFailure(String message, @org.jspecify.annotations.Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
