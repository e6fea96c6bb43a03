package io.github.bge4j.internal.hub;

import io.github.bge4j.CachedModel;
import io.github.bge4j.DownloadListener;
import java.nio.file.Path;

/** Our side of {@code src/test/python/hub_interop.py}: does what it is told, in the usual cache. */
final class InteropClient {

  private InteropClient() {}

  /**
   * Prints the folder of a model, or lists the cache.
   *
   * @param args {@code find MODEL REVISION}, {@code pull MODEL REVISION}, or {@code list}
   */
  public static void main(String[] args) {
    HubSettings settings = HubSettings.of(System::getenv, Path.of("/nowhere"));
    if (args[0].equals("list")) {
      CachedModel.list(settings.cache())
          .forEach(model -> System.out.println(
              model.id() + " " + model.commit() + " " + model.bytes() + " " + model.usable()));
      return;
    }
    HubModels models = new HubModels(settings, new DownloadListener() {});
    WantedModel model = new WantedModel(args[1], args[2], false, true, null);
    System.out.println(args[0].equals("pull") ? models.pull(model) : models.find(model));
  }
}
