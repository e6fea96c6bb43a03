package io.github.bge4j.internal.hub;

import io.github.bge4j.DownloadListener;
import io.github.bge4j.testing.Jdk;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Another process that opens the model of {@link HubFixture}: its program, and a handle on it. */
final class PullProcess implements AutoCloseable {

  private static final int DAY_MILLIS = 86_400_000;

  final Process process;
  private final BufferedReader output;

  private PullProcess(Process process) {
    this.process = process;
    this.output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  static PullProcess start(URI endpoint, Path cache) throws IOException {
    return new PullProcess(Jdk.process(
            "-Xshare:auto",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx64m",
            "-cp",
            Jdk.classPath(
                entry -> entry.endsWith("classes") || entry.matches(".*(gson|jspecify).*")),
            PullProcess.class.getName(),
            endpoint.toString(),
            cache.toString())
        .redirectErrorStream(true)
        .start());
  }

  /**
   * Finds the model; prints {@code waiting}, {@code started}, and at last the folder.
   *
   * @param args endpoint and cache
   */
  public static void main(String[] args) {
    HubSettings settings = new HubSettings(URI.create(args[0]), Path.of(args[1]), null, false);
    DownloadListener printer = new DownloadListener() {
      @Override
      public void waiting(String model) {
        System.out.println("waiting");
      }

      @Override
      public void started(String model, long totalBytes) {
        System.out.println("started");
      }
    };
    HubHttp.Timeouts patient = new HubHttp.Timeouts(DAY_MILLIS, DAY_MILLIS);
    HubModels models = new HubModels(
        settings, () -> new ModelDownload(settings, printer, Linker.BEST, Thread::sleep, patient));
    System.out.println(models.find(HubFixture.MODEL));
  }

  /** Returns the next line that it prints, or null if it has ended. */
  @Nullable String line() throws IOException {
    return output.readLine();
  }

  /** Returns the folder that it found, when it has ended. */
  Path folder() throws IOException, InterruptedException {
    String last = "";
    for (String line = line(); line != null; line = line()) {
      last = line;
    }
    if (!process.waitFor(100, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new AssertionError("the process must end well: " + last);
    }
    return Path.of(last);
  }

  /** Kills it and returns when it is dead. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    kill();
  }
}
