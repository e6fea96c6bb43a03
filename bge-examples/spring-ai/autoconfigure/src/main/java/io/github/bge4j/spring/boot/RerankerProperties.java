package io.github.bge4j.spring.boot;

import io.github.bge4j.Precision;
import io.github.bge4j.Truncation;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The reranker; there is one if its model is named.
 *
 * @param model Folder, id of the hub such as BAAI/bge-reranker-v2-m3, or ONNX file, also as
 *     classpath:name or file:name.
 * @param tokenizer The tokenizer.json of an ONNX file. Folders and models of the hub have their
 *     own.
 * @param revision Branch, tag or commit of a model of the hub. Default: main.
 * @param device Where it runs: cpu, cuda, cuda:N, cuda:N,N or auto, the first card if the model can
 *     be opened there.
 * @param deviceMemoryLimit Memory of a card that runs may take beside the weights. Default: what is
 *     free.
 * @param precision fp32, fp16 (CUDA) or int8 (CPU). Default: fp32 on a CPU, fp16 on CUDA.
 * @param maxTokens Tokens that are read of query and document together. Default: what the model
 *     takes, at most 512.
 * @param maxQueryTokens Tokens that are read of a query. Default: three quarters of max-tokens.
 * @param truncation What happens to a pair that is too long: cut it, or fail with an error.
 * @param threadsPerWorker Cores of one run. Default: 1, and more when nothing else runs.
 * @param maxBatchTexts Pairs that run together at most. Default: 64, on CUDA 1024.
 * @param cacheDirectory Folder for converted weights. Default: bge4j in the cache folder of the
 *     user.
 * @param normalize Whether scores are from 0 to 1 (sigmoid) instead of logits.
 */
@ConfigurationProperties(RerankerProperties.PREFIX)
record RerankerProperties(
    @Nullable String model,
    @Nullable String tokenizer,
    @Nullable String revision,
    @DefaultValue("cpu") String device,
    @Nullable DataSize deviceMemoryLimit,
    @Nullable Precision precision,
    @Nullable Integer maxTokens,
    @Nullable Integer maxQueryTokens,
    @DefaultValue("cut") Truncation truncation,
    @Nullable Integer threadsPerWorker,
    @Nullable Integer maxBatchTexts,
    @Nullable Path cacheDirectory,
    @DefaultValue("true") boolean normalize)
    implements ModelProperties {

  static final String PREFIX = "bge.reranker";

  /** Empty texts count as unset. */
  RerankerProperties {
    model = ModelProperties.location(model);
    tokenizer = ModelProperties.location(tokenizer);
    revision = ModelProperties.text(revision);
    device = device.isBlank() ? "cpu" : device;
  }

  @Override
  public String prefix() {
    return PREFIX;
  }
}
