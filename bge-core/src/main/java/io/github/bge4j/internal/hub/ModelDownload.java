package io.github.bge4j.internal.hub;

import io.github.bge4j.DownloadListener;
import io.github.bge4j.HubException;
import io.github.bge4j.internal.checkpoint.NeededFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Gets models into a cache, one process at a time. Immutable. */
final class ModelDownload {

  private static final HubHttp.Timeouts TIMEOUTS = new HubHttp.Timeouts(10_000, 20_000);

  private final DownloadListener listener;
  private final Linker linker;
  private final Sleeper sleeper;
  private final HubApi api;
  private final Downloads downloads;

  ModelDownload(HubSettings settings, DownloadListener listener) {
    this(settings, listener, Linker.BEST, Thread::sleep, TIMEOUTS);
  }

  ModelDownload(
      HubSettings settings,
      DownloadListener listener,
      Linker linker,
      Sleeper sleeper,
      HubHttp.Timeouts timeouts) {
    this.listener = listener;
    this.linker = linker;
    this.sleeper = sleeper;
    HubHttp http = new HubHttp(settings, timeouts);
    this.api = new HubApi(settings, http, sleeper);
    this.downloads = new Downloads(api, http, sleeper);
  }

  /**
   * Gets a model unless another process has got it since.
   *
   * @return the folder of its files
   * @throws HubException if it is not to be had
   */
  Path complete(CachedRepo repo, WantedModel wanted) throws IOException {
    return locked(repo, wanted, () -> {
      CachedSnapshot there = CachedSnapshot.look(repo, wanted, true);
      return there.problem() == null
          ? there.folder()
          : get(repo, wanted, there.damaged() ? there.commit() : wanted.revision());
    });
  }

  /**
   * Gets what the revision is now.
   *
   * @return the folder of its files
   * @throws HubException if it is not to be had
   */
  Path renew(CachedRepo repo, WantedModel wanted) throws IOException {
    return locked(repo, wanted, () -> get(repo, wanted, wanted.revision()));
  }

  private Path locked(CachedRepo repo, WantedModel wanted, Attempts.Action<Path> action)
      throws IOException {
    RepoLock lock = RepoLock.acquire(repo.lock(), sleeper, () -> listener.waiting(wanted.name()));
    try {
      return action.run();
    } finally {
      lock.close();
    }
  }

  /**
   * Gets a model.
   *
   * @param revision asked for first in place of the one that is wanted
   */
  private Path get(CachedRepo repo, WantedModel wanted, String revision) throws IOException {
    HubApi.Listing listing = list(wanted, revision);
    Set<String> names = listing.files().keySet();
    String json =
        names.contains(NeededFiles.MODULES) ? api.text(listing, NeededFiles.MODULES) : null;
    NeededFiles needed = NeededFiles.among(names, json, wanted.readyOnnx());
    if (needed.missing() != null) {
      throw new HubException("a model must have " + needed.missing() + ": none, in " + wanted
          + " on the hub; choose a model that has, such as BAAI/bge-m3");
    }
    String commit = listing.model().revision();
    CachedSnapshot snapshot = new CachedSnapshot(repo, commit);
    List<RemoteFile> files = new ArrayList<>();
    List<RemoteFile> missing = new ArrayList<>();
    for (String path : needed.files()) {
      RemoteFile file = api.file(listing, path);
      files.add(file);
      boolean another = missing.stream().anyMatch(other -> other.hash().equals(file.hash()));
      if (!another && !snapshot.has(file)) {
        missing.add(file);
      }
    }
    if (!missing.isEmpty()) {
      downloads.get(repo, listing.model(), missing, listener);
    }
    Receipt receipt = Receipt.empty();
    Map<FileHash, Path> published = new HashMap<>();
    for (RemoteFile file : files) {
      Path path = snapshot.folder().resolve(file.path());
      Path twin = published.putIfAbsent(file.hash(), path);
      if (twin != null) {
        repo.restoreBlob(file.hash(), twin);
      }
      snapshot.publish(file, linker);
      receipt.put(file.path(), file.hash(), path);
    }
    receipt.write(repo.receipt(commit));
    repo.setCommit(wanted.revision(), commit);
    return snapshot.folder();
  }

  /** The hub may have forgotten a commit that the cache still has. */
  private HubApi.Listing list(WantedModel wanted, String revision) {
    try {
      return api.list(wanted.at(revision));
    } catch (HubException e) {
      if (revision.equals(wanted.revision())) {
        throw e;
      }
      return api.list(wanted);
    }
  }
}
