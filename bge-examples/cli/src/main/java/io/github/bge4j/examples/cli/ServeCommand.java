package io.github.bge4j.examples.cli;

import io.github.bge4j.examples.facade.Facade;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** Serves embeddings and reranking over HTTP until the process is told to end. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    versionProvider = BgeCli.Version.class,
    description = {
      "Serves embeddings and reranking over HTTP in the shapes of OpenAI, Cohere and",
      "text-embeddings-inference, a playground at / and a page of all routes at /docs.",
      "Everything else is set by environment variables or a file .env in this directory:",
      "EMBEDDING_MODEL_NAME, RERANKER_MODEL_NAME, DEVICE (auto, cpu, cuda, cuda:N,N), and those",
      "of the facade's README."
    })
final class ServeCommand implements Callable<Integer> {

  private final Stdio stdio;

  @Option(names = "--port", paramLabel = "N", description = "Instead of PORT. Default: 8011.")
  private @Nullable Integer port;

  @Option(names = "--host", paramLabel = "H", description = "Instead of HOST. Default: 127.0.0.1.")
  private @Nullable String host;

  ServeCommand(Stdio stdio) {
    this.stdio = stdio;
  }

  @Override
  public Integer call() throws InterruptedException {
    Facade facade = start();
    CountDownLatch closed = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(new Thread(
            () -> {
              facade.close();
              closed.countDown();
            },
            "facade-shutdown"));
    stdio.err().println("bge: listening on port " + facade.port());
    closed.await();
    return ExitCode.OK;
  }

  /** Sets a variable, whose name counts in any case, if there is a value. */
  private static void set(Map<String, String> environment, String name, @Nullable Object value) {
    if (value != null) {
      environment.keySet().removeIf(name::equalsIgnoreCase);
      environment.put(name, value.toString());
    }
  }

  private Facade start() {
    Map<String, String> environment = new HashMap<>(System.getenv());
    set(environment, "PORT", port);
    set(environment, "HOST", host);
    try {
      return Facade.start(environment, Path.of(".env"));
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()), e);
    }
  }
}
