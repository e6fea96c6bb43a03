package io.github.bge4j.examples.facade;

import io.github.bge4j.examples.facade.EmbeddingEndpoint.Shape;
import io.github.bge4j.micrometer.BatchExecutorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.handlers.GracefulShutdownHandler;
import io.undertow.server.handlers.HttpContinueReadHandler;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/**
 * The service: one embedder and one reranker behind HTTP.
 *
 * <p>Thread-safe. Answers {@code /health} at once, while the models load. Whoever starts it closes
 * it.
 */
public final class Facade implements AutoCloseable {

  private static final Logger LOG = System.getLogger(Facade.class.getName());

  /** What accepted requests get beside their own deadline. */
  private static final int DRAIN_MARGIN_MILLIS = 1_000;

  /** A refused body is read up to this, so that its sender sees why; a larger one is cut off. */
  private static final long MAX_DRAINED_BYTES = 1L << 30;

  private final FacadeSettings settings;
  private final ModelHolder models;
  private final Undertow server;
  private final GracefulShutdownHandler requests;

  private Facade(FacadeSettings settings, PrometheusMeterRegistry registry, ModelLoader loader) {
    this.settings = settings;
    models = new ModelHolder(loader);
    requests = new GracefulShutdownHandler(
        new HttpContinueReadHandler(routes(settings, registry, models).handler()));
    Cors handler = new Cors(settings.corsOrigins(), requests);
    server = Undertow.builder()
        .addHttpListener(settings.port(), settings.host())
        .setServerOption(UndertowOptions.IDLE_TIMEOUT, idleMillis(settings))
        .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, MAX_DRAINED_BYTES)
        .setServerOption(UndertowOptions.SHUTDOWN_TIMEOUT, DRAIN_MARGIN_MILLIS)
        .setHandler(exchange -> {
          exchange.addDefaultResponseListener(Responder::fill);
          handler.handleRequest(exchange);
        })
        .build();
    try {
      server.start();
    } catch (RuntimeException e) {
      models.close();
      throw e.getCause() instanceof IOException cause ? unusable(settings, cause) : e;
    }
    models.load();
  }

  /** Ends connections that are stuck: a client that does not read its answer holds a thread. */
  private static int idleMillis(FacadeSettings settings) {
    return (int)
        Math.min(Integer.MAX_VALUE, 2 * settings.requestTimeout().toMillis() + DRAIN_MARGIN_MILLIS);
  }

  private static IllegalArgumentException unusable(FacadeSettings settings, IOException cause) {
    String reason = cause instanceof UnknownHostException ? "unknown host" : cause.getMessage();
    return new IllegalArgumentException(
        "HOST and PORT must be a free address of this machine: " + settings.host() + ":"
            + settings.port() + " (" + reason
            + "); stop what listens there or set another HOST or PORT",
        cause);
  }

  /** Returns all that the service answers. */
  static Routes routes(
      FacadeSettings settings, PrometheusMeterRegistry registry, ModelHolder models) {
    RerankEndpoint rerank = new RerankEndpoint(settings, models);
    ModelList list = ModelList.of(settings, Instant.now());
    Routes routes = new Routes(settings, registry)
        .post("/v1/embeddings", new EmbeddingEndpoint(Shape.OPENAI, settings, models))
        .post("/v1/sparse-embeddings", new EmbeddingEndpoint(Shape.SPARSE, settings, models))
        .post("/v1/hybrid-embeddings", new EmbeddingEndpoint(Shape.HYBRID, settings, models))
        .post(
            "/v1/multi-vector-embeddings",
            new EmbeddingEndpoint(Shape.MULTI_VECTOR, settings, models))
        .post("/v1/embed", new CohereEmbedEndpoint(false, settings, models))
        .post("/v2/embed", new CohereEmbedEndpoint(true, settings, models))
        .post("/v1/score", new ScoreEndpoint(settings, models))
        .post("/v1/rerank", rerank)
        .post("/v2/rerank", rerank) // Cohere's second version
        .get("/health", new HealthAnswer(settings, models))
        .get("/ready", () -> ReadyAnswer.of(models))
        .get("/healthz", json -> json.writeRaw("{\"status\":\"ok\"}"))
        .getWithKey("/v1/models", list)
        .getBelow("/v1/models/{model}", list::model)
        .metrics("/metrics");
    return DocsPages.addTo(TeiRoutes.addTo(routes, settings, models, rerank));
  }

  /**
   * Starts the service that variables describe, and sets the process's log level to theirs.
   *
   * @param environment for example {@link System#getenv()}
   * @param dotEnv a file of further variables, which the environment overrides; need not exist
   * @return the running service, whose models may still load
   * @throws IllegalArgumentException if a variable cannot be used, a busy port included; the
   *     message says what to do
   */
  public static Facade start(Map<String, String> environment, Path dotEnv) {
    FacadeSettings settings = FacadeSettings.from(new Variables(environment, DotEnv.read(dotEnv)));
    LogLevel.apply(settings.logLevel());
    announce(settings);
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    BatchExecutorMetrics metrics = new BatchExecutorMetrics(registry);
    BgeModelLoader loader = new BgeModelLoader(settings, metrics);
    metrics.watch(loader.executor());
    return new Facade(settings, registry, loader);
  }

  /** Logs what users of an index, or of a card, must know. */
  private static void announce(FacadeSettings settings) {
    ComputeDevice device = settings.device();
    LOG.log(
        device.fallback() ? Level.WARNING : Level.INFO,
        "Models run on {0}: {1}",
        device.name(),
        device.reason());
    if (settings.halfPrecision() && !device.isCuda()) {
      LOG.log(Level.INFO, "USE_FP16 has no effect on a CPU");
    }
    String mapping = settings.sparseMapping();
    LOG.log(
        Level.INFO,
        "Sparse mapping {0}, index space {1}",
        mapping,
        String.valueOf(settings.sparseIndexSpace()));
    if (mapping.equals("tokenizer")) {
      LOG.log(
          Level.WARNING,
          "SPARSE_TOKEN_MAPPING=tokenizer is for new indexes. An index that bge_inference_service "
              + "built holds hash if the variable was unset, and legacy-tokenizer if it was "
              + "tokenizer: set that one");
    }
  }

  /** Starts a service with other models. */
  static Facade start(FacadeSettings settings, ModelLoader loader) {
    return new Facade(settings, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), loader);
  }

  /**
   * Returns where the service listens.
   *
   * @return the port; the one that was found free if 0 was asked for
   */
  public int port() {
    return ((InetSocketAddress) server.getListenerInfo().get(0).getAddress()).getPort();
  }

  /** Refuses new requests, answers those that were accepted, and frees the models. Idempotent. */
  @Override
  public void close() {
    requests.shutdown();
    try {
      requests.awaitShutdown(settings.requestTimeout().toMillis() + DRAIN_MARGIN_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server.stop();
    models.close();
  }
}
