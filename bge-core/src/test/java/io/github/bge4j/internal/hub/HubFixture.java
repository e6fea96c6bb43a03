package io.github.bge4j.internal.hub;

import io.github.bge4j.DownloadListener;
import io.github.bge4j.testing.hub.HubRequest;
import io.github.bge4j.testing.hub.RequestKind;
import io.github.bge4j.testing.hub.TestHub;
import io.github.bge4j.testing.hub.TestRepo;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A hub with one small model, and a client that does not wait. */
final class HubFixture implements AutoCloseable {

  static final WantedModel MODEL = new WantedModel("BAAI/bge-m3", "main", true, true, null);

  /** The same, of which no heads are known. */
  static final WantedModel PLAIN = new WantedModel("BAAI/bge-m3", "main", false, true, null);

  static final int WEIGHT_BYTES = 300_000;

  final TestHub hub = TestHub.start();
  final Path cache;
  final List<Long> waits = Collections.synchronizedList(new ArrayList<>());
  final TestRepo repo;
  int readMillis = 20_000;
  final byte[] weights = new byte[WEIGHT_BYTES];

  HubFixture(Path cache) {
    this.cache = cache;
    new Random(7).nextBytes(weights);
    repo = model();
    hub.add(repo);
  }

  private TestRepo model() {
    return TestRepo.of(MODEL.name())
        .file("config.json", text("{}"))
        .file("tokenizer.json", text("{\"version\": 1}"))
        .file("1_Pooling/config.json", text("{\"pooling_mode_cls_token\": true}"))
        .file("README.md", text("not needed"))
        .lfs("pytorch_model.bin", weights)
        .lfs("sparse_linear.pt", text("sparse"))
        .lfs("colbert_linear.pt", text("colbert"))
        .lfs("onnx/model.onnx", text("a second form of the weights"))
        .lfs("optimizer.pt", text("not needed"));
  }

  HubSettings settings() {
    return settings(hub.endpoint(), null, false);
  }

  HubSettings settings(URI endpoint, @Nullable String token, boolean offline) {
    return new HubSettings(endpoint, cache, token, offline);
  }

  HubModels client() {
    return client(settings());
  }

  HubModels client(HubSettings settings) {
    return client(settings, new DownloadListener() {}, Linker.BEST);
  }

  HubModels client(HubSettings settings, DownloadListener listener, Linker linker) {
    return new HubModels(
        settings,
        () -> new ModelDownload(
            settings, listener, linker, waits::add, new HubHttp.Timeouts(20_000, readMillis)));
  }

  HubModels offline() {
    return client(settings(URI.create("http://127.0.0.1:9"), null, true));
  }

  CachedRepo cached() {
    return new CachedRepo(cache, MODEL);
  }

  /** Returns what was asked for, of each file its name. */
  List<String> downloads() {
    return hub.requests().stream()
        .filter(request -> request.kind() != RequestKind.MODEL_INFO)
        .filter(request -> request.method().equals("GET"))
        .map(HubRequest::file)
        .toList();
  }

  static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    hub.close();
  }
}
