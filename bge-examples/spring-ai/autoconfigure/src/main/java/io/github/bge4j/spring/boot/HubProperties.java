package io.github.bge4j.spring.boot;

import io.github.bge4j.DownloadListener;
import io.github.bge4j.HubSource;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * Where models of the hub come from.
 *
 * @param cache Folder of downloaded models. Default: that of huggingface_hub, by its variables.
 * @param endpoint Address of the hub or a mirror. Default: HF_ENDPOINT, else huggingface.co.
 * @param token Token for private and gated models. Default: HF_TOKEN, else the token file.
 * @param offline Whether the network is never touched. Default: HF_HUB_OFFLINE, else false.
 */
@ConfigurationProperties("bge.hub")
record HubProperties(
    @Nullable Path cache,
    @Nullable URI endpoint,
    @Nullable String token,
    @Nullable Boolean offline) {

  /** An empty token counts as unset. */
  HubProperties {
    token = ModelProperties.text(token);
  }

  /** A start that waits for gigabytes is to say so. */
  private static final DownloadListener LOG = new DownloadListener() {

    private final Logger log = LoggerFactory.getLogger(HubProperties.class);

    @Override
    public void waiting(String model) {
      log.info("waits for another download of {}", model);
    }

    @Override
    public void started(String model, long totalBytes) {
      log.info("downloads {}: {} MB", model, DataSize.ofBytes(totalBytes).toMegabytes());
    }
  };

  HubSource apply(HubSource source) {
    HubSource result = source.withListener(LOG);
    result = cache == null ? result : result.withCache(cache);
    result = endpoint == null ? result : result.withEndpoint(endpoint);
    result = token == null ? result : result.withToken(token);
    return offline == null ? result : result.withOffline(offline);
  }

  /** Keeps the token to itself. */
  @Override
  public String toString() {
    return "HubProperties[cache=" + cache + ", endpoint=" + endpoint + ", offline=" + offline + "]";
  }
}
