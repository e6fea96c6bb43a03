package io.github.bge4j.examples.facade;

import io.github.bge4j.Precision;
import io.github.bge4j.sparse.SparseTokenMapper;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the environment says about the service; each component is one variable, which the README
 * explains.
 *
 * @param embeddingSize the dimension that the model must have, or null for any
 * @param maxTokens most tokens that the embedder reads of a text, or null for its own limit
 * @param rerankerMaxTokens most tokens that the reranker reads of a pair, or null for the library's
 *     default
 * @param trustsTokenIds whether all token ids are taken for the model's own
 * @param apiKey what callers must show, or null for an open service
 * @param corsOrigins origins whose pages may read answers; {@code *} for any
 * @param halfPrecision whether a card is to compute in fp16
 */
record FacadeSettings(
    String serviceName,
    String host,
    int port,
    String logLevel,
    String embeddingModel,
    String rerankerModel,
    @Nullable Integer embeddingSize,
    @Nullable Integer maxTokens,
    @Nullable Integer rerankerMaxTokens,
    String sparseMapping,
    int sparseIndexSpace,
    boolean trustsTokenIds,
    int maxTextChars,
    int maxBatchSize,
    int inferenceBatchSize,
    Microbatch microbatch,
    boolean rerankNormalize,
    String modelAlias,
    @Nullable String apiKey,
    List<String> corsOrigins,
    int maxBodyBytes,
    Duration requestTimeout,
    ComputeDevice device,
    boolean halfPrecision,
    Precision precision) {

  /** How texts of several requests run together; EMBEDDING_MICROBATCH_*. */
  record Microbatch(boolean enabled, Duration maxWait, int maxBatchTexts, int maxQueuedItems) {}

  private static final int MOST = 4_194_304;
  private static final int MOST_BODY = 1 << 30;

  /** OpenAI's limit, which frameworks take for every service's. */
  private static final int MAX_BATCH_SIZE = 2_048;

  private static final Pattern ORIGIN = Pattern.compile("\\*|[A-Za-z][\\w+.-]*://[^/\\s]+");

  /**
   * Checks the variables.
   *
   * @throws IllegalArgumentException naming the first variable that cannot be used
   */
  static FacadeSettings from(Variables env) {
    return from(
        env,
        ComputeDevice.choose(
            env.text("DEVICE", "auto"), env.flag("DEVICE_FALLBACK", false), precision(env)));
  }

  /** Checks the variables but for the device's. */
  static FacadeSettings from(Variables env, ComputeDevice device) {
    env.flag("TOKENIZER_TRUST_REMOTE_CODE", true);
    Precision precision = precision(env);
    boolean halfPrecision = env.flag("USE_FP16", device.isCuda());
    return new FacadeSettings(
        env.text("SERVICE_NAME", "bge-inference-service"),
        env.text("HOST", "127.0.0.1"),
        env.number("PORT", 8011, 0, 65_535),
        env.word(
            "LOG_LEVEL", "INFO", List.of("DEBUG", "INFO", "WARNING", "WARN", "ERROR", "CRITICAL")),
        env.text("EMBEDDING_MODEL_NAME", "BAAI/bge-m3"),
        env.text("RERANKER_MODEL_NAME", "BAAI/bge-reranker-v2-m3"),
        env.number("EMBEDDING_SIZE", 1, MOST),
        env.number("MAX_TOKENS", 1, MOST),
        env.number("RERANKER_MAX_TOKENS", 1, MOST),
        env.word(
            "SPARSE_TOKEN_MAPPING", "tokenizer", List.of("hash", "tokenizer", "legacy-tokenizer")),
        env.number(
            "SPARSE_INDEX_SPACE",
            (int) SparseTokenMapper.DEFAULT_INDEX_SPACE,
            1,
            Integer.MAX_VALUE),
        env.word("TOKEN_IDS", "declared", List.of("declared", "trusted")).equals("trusted"),
        env.number("MAX_TEXT_CHARS", 10_000, 1, MOST_BODY),
        env.number("MAX_BATCH_SIZE", MAX_BATCH_SIZE, 1, MOST),
        env.number("INFERENCE_BATCH_SIZE", 256, 1, MOST),
        microbatch(env),
        env.flag("RERANK_NORMALIZE", false),
        env.text("OPENAI_DEFAULT_MODEL_ALIAS", "bge-m3"),
        apiKey(env),
        corsOrigins(env),
        env.number("MAX_BODY_BYTES", 16 << 20, 1, MOST_BODY),
        Duration.ofMillis(env.number("REQUEST_TIMEOUT_MS", 60_000, 1, Integer.MAX_VALUE)),
        device,
        halfPrecision,
        precisionOn(device, precision, halfPrecision));
  }

  private static @Nullable Precision precision(Variables env) {
    return env.text("PRECISION") == null
        ? null
        : Precision.valueOf(env.word("PRECISION", "", List.of("FP32", "FP16", "INT8")));
  }

  private static Precision precisionOn(
      ComputeDevice device, @Nullable Precision asked, boolean halfPrecision) {
    if (asked == null) {
      return device.isCuda() && halfPrecision ? Precision.FP16 : Precision.FP32;
    }
    if (asked == (device.isCuda() ? Precision.INT8 : Precision.FP16)) {
      throw new IllegalArgumentException("PRECISION must be one of the device's, which is "
          + device.name() + ": " + asked
          + "; set fp32 or int8 for a CPU, fp32 or fp16 for CUDA, or leave it unset");
    }
    return asked;
  }

  private static @Nullable String apiKey(Variables env) {
    String key = env.text("API_KEY");
    if (key != null && !key.chars().allMatch(it -> it > ' ' && it < 0x7f)) {
      throw new IllegalArgumentException(
          "API_KEY must be printable ASCII without spaces, which is all that a header can hold; "
              + "choose another key");
    }
    return key;
  }

  private static List<String> corsOrigins(Variables env) {
    List<String> origins = Arrays.stream(env.text("CORS_ALLOWED_ORIGINS", "").split(",", -1))
        .map(String::strip)
        .filter(origin -> !origin.isEmpty())
        .toList();
    for (String origin : origins) {
      if (!ORIGIN.matcher(origin).matches()) {
        throw new IllegalArgumentException(
            "CORS_ALLOWED_ORIGINS must be * or origins such as https://example.org, with commas "
                + "between them: " + origin + "; correct it, without a path or a slash at the end");
      }
    }
    return origins;
  }

  private static Microbatch microbatch(Variables env) {
    String prefix = "EMBEDDING_MICROBATCH_";
    return new Microbatch(
        env.flag(prefix + "ENABLED", true),
        Duration.ofMillis(env.number(prefix + "MAX_WAIT_MS", 10, 0, 60_000)),
        env.number(prefix + "MAX_BATCH_TEXTS", 256, 1, MOST),
        env.number(prefix + "QUEUE_MAXSIZE", 2_048, 1, MOST));
  }

  /** Texts of several requests that may share a run of the embedder; 1 if none may. */
  int embedderBatchTexts() {
    return microbatch.enabled() ? microbatch.maxBatchTexts() : 1;
  }

  Duration maxWait() {
    return microbatch.enabled() ? microbatch.maxWait() : Duration.ZERO;
  }
}
