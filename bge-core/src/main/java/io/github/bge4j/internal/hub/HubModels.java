package io.github.bge4j.internal.hub;

import io.github.bge4j.DownloadListener;
import io.github.bge4j.HubException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.Supplier;

/** Finds models in the cache, and gets from the hub what is missing there. */
public final class HubModels {

  private final HubSettings settings;
  private final Supplier<ModelDownload> downloads;

  /** Uses the network only when a method needs it and the settings allow it. */
  public HubModels(HubSettings settings, DownloadListener listener) {
    this(settings, () -> new ModelDownload(settings, listener));
  }

  /**
   * Uses another way to the hub.
   *
   * @param downloads made when something is to be got
   */
  HubModels(HubSettings settings, Supplier<ModelDownload> downloads) {
    this.settings = settings;
    this.downloads = downloads;
  }

  /**
   * Finds a model in the cache; gets it only if it is not there, whole and undamaged.
   *
   * @return the folder of its files
   * @throws HubException if it is neither there nor to be had
   */
  public Path find(WantedModel wanted) {
    CachedRepo repo = new CachedRepo(settings.cache(), wanted);
    return touchingTheCache(() -> {
      CachedSnapshot there = CachedSnapshot.look(repo, wanted, !settings.offline());
      if (there.problem() == null) {
        return there.folder();
      }
      if (settings.offline()) {
        throw new HubException("model " + wanted + " must be in the cache when offline: "
            + there.problem() + ", in " + settings.cache()
            + "; unset HF_HUB_OFFLINE, or set HF_HUB_CACHE to where it is" + HubErrors.NO_FOLDER);
      }
      return downloads.get().complete(repo, wanted);
    });
  }

  /**
   * Asks the hub what the revision is now, gets what is missing, and reads every file to see that
   * it is undamaged.
   *
   * @return the folder of its files
   * @throws HubException if it is not to be had
   */
  public Path pull(WantedModel wanted) {
    if (settings.offline()) {
      throw new HubException("pulling " + wanted + " must be allowed to use the network: it is"
          + " offline; unset HF_HUB_OFFLINE");
    }
    CachedRepo repo = new CachedRepo(settings.cache(), wanted);
    return touchingTheCache(() -> downloads.get().renew(repo, wanted));
  }

  private interface CacheAction {
    Path run() throws IOException;
  }

  private Path touchingTheCache(CacheAction action) {
    try {
      return action.run();
    } catch (ClosedByInterruptException e) {
      throw new HubException("reading the cache was interrupted; what is there is kept", e);
    } catch (InvalidPathException e) {
      throw new HubException(
          "the names of a model's files must be names here too: " + e.getInput()
              + "; run Java in a locale that has their letters, LC_ALL=C.UTF-8 for example",
          e);
    } catch (IOException | UncheckedIOException e) {
      throw new HubException(
          "the cache must be readable and writable: " + e + ", in " + settings.cache()
              + "; check its rights and the disk, or move it with HF_HUB_CACHE",
          e);
    }
  }
}
