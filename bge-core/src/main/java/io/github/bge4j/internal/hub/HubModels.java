package io.github.bge4j.internal.hub;

import io.github.bge4j.DownloadListener;
import io.github.bge4j.HubException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds models in the cache, and gets from the hub what is missing there. */
public final class HubModels {

  private final HubSettings settings;
  private final DownloadListener listener;
  private final Linker linker;
  private final Sleeper sleeper;
  private final Function<HubSettings, HubHttp> network;

  /** Uses the network only when a method needs it and the settings allow it. */
  public HubModels(HubSettings settings, DownloadListener listener) {
    this(settings, listener, Linker.BEST, Thread::sleep, HubHttp::new);
  }

  HubModels(
      HubSettings settings,
      DownloadListener listener,
      Linker linker,
      Sleeper sleeper,
      HubHttp.Timeouts timeouts) {
    this(settings, listener, linker, sleeper, known -> new HubHttp(known, timeouts));
  }

  private HubModels(
      HubSettings settings,
      DownloadListener listener,
      Linker linker,
      Sleeper sleeper,
      Function<HubSettings, HubHttp> network) {
    this.settings = settings;
    this.listener = listener;
    this.linker = linker;
    this.sleeper = sleeper;
    this.network = network;
  }

  /**
   * Finds a model in the cache; gets it only if it is not there, whole and undamaged.
   *
   * @param needs what is known of it
   * @return the folder of its files
   * @throws HubException if it is neither there nor to be had
   */
  public Path find(RepoId model, Revision revision, ModelNeeds needs) {
    CachedRepo repo = new CachedRepo(settings.cache(), model, linker);
    return touchingTheCache(() -> {
      Look look = look(repo, revision, needs);
      if (look.problem == null) {
        return repo.snapshot(look.commit);
      }
      if (settings.offline()) {
        throw new HubException("model " + model + " must be in the cache when offline: "
            + look.problem + ", in " + settings.cache()
            + "; unset HF_HUB_OFFLINE, or set HF_HUB_CACHE to where it is");
      }
      return locked(repo, model, () -> {
        Look again = look(repo, revision, needs);
        return again.problem == null
            ? repo.snapshot(again.commit)
            : get(repo, model, revision, again.damaged ? again.commit : revision, needs);
      });
    });
  }

  /**
   * Asks the hub what the revision is now, gets what is missing, and reads every file to see that
   * it is undamaged.
   *
   * @param readyOnnx an ONNX file that is wanted in place of other weights; null for none
   * @return the folder of its files
   * @throws HubException if it is not to be had
   */
  public Path pull(RepoId model, Revision revision, @Nullable String readyOnnx) {
    ModelNeeds needs = new ModelNeeds(false, false, readyOnnx);
    if (settings.offline()) {
      throw new HubException("pulling " + model + " must be allowed to use the network: it is"
          + " offline; unset HF_HUB_OFFLINE");
    }
    CachedRepo repo = new CachedRepo(settings.cache(), model, linker);
    return touchingTheCache(
        () -> locked(repo, model, () -> get(repo, model, revision, revision, needs)));
  }

  private Path locked(CachedRepo repo, RepoId model, CacheAction action) throws IOException {
    RepoLock lock = RepoLock.acquire(repo.lock(), sleeper, () -> listener.waiting(model.name()));
    try {
      return action.run();
    } finally {
      lock.close();
    }
  }

  /**
   * What the cache has.
   *
   * @param commit what the revision means
   * @param problem null if the model can be used as it lies
   * @param damaged true if a file is not what it was
   */
  private record Look(Revision commit, @Nullable String problem, boolean damaged) {}

  private Look look(CachedRepo repo, Revision revision, ModelNeeds needs) throws IOException {
    Optional<Revision> meant = repo.commit(revision);
    if (meant.isEmpty()) {
      return new Look(revision, "it has no revision " + revision, false);
    }
    Revision commit = meant.get();
    Receipt ofListing = Receipt.read(repo.receipt(commit));
    boolean listed = !ofListing.isEmpty();
    Receipt receipt = listed ? ofListing : Receipt.read(repo.notes(commit));
    Set<String> names = repo.names(commit);
    List<NeededFiles.Module> modules = NeededFiles.modules(repo.text(commit, NeededFiles.MODULES));
    NeededFiles needed = NeededFiles.among(names, modules, needs.readyOnnx());
    boolean headless = needs.heads() && !listed && !needed.hasHeads() && !settings.offline();
    if (needed.missing() != null || headless || !names.containsAll(ofListing.paths())) {
      String missing = needed.missing() == null ? "some files" : needed.missing();
      return new Look(commit, "revision " + revision + " lacks " + missing, false);
    }
    String unknown = listed || needs.plain() ? null : repo.unknownSettings(commit, modules);
    if (unknown != null) {
      return new Look(
          commit,
          "revision " + revision + " lacks " + unknown
              + ", which may decide about its vectors, and nobody has looked whether there is one",
          false);
    }
    for (String path : needed.files()) {
      Path file = repo.snapshot(commit).resolve(path);
      if (!isAsItWas(receipt, path, file)) {
        return new Look(commit, path + " is damaged", true);
      }
    }
    keep(receipt, listed ? repo.receipt(commit) : repo.notes(commit));
    return new Look(commit, null, false);
  }

  /** Reads the file if it changed since the last time; adds to the receipt what is right. */
  private static boolean isAsItWas(Receipt receipt, String path, Path file) throws IOException {
    if (receipt.holds(path, file)) {
      return true;
    }
    FileHash known = receipt.hash(path);
    Path real = file.toRealPath();
    Optional<FileHash> hash = real.resolveSibling("").endsWith("blobs")
        ? FileHash.parse(String.valueOf(real.getFileName()))
        : Optional.ofNullable(known);
    if (hash.isPresent()) {
      if (!hash.get().matches(file)) {
        return false;
      }
      receipt.put(path, hash.get(), file);
    }
    return true;
  }

  private static void keep(Receipt receipt, Path file) {
    try {
      if (receipt.isChanged()) {
        receipt.write(file);
      }
    } catch (IOException e) {
      // A cache that cannot be written to is used as it lies; the files are read again next time.
    }
  }

  private Path get(
      CachedRepo repo, RepoId model, Revision revision, Revision wanted, ModelNeeds needs)
      throws IOException {
    HubHttp http = network.apply(settings);
    HubApi api = new HubApi(settings, http, sleeper);
    HubApi.Listing listing = list(api, model, revision, wanted);
    Set<String> names = listing.files().keySet();
    String json =
        names.contains(NeededFiles.MODULES) ? api.text(model, listing, NeededFiles.MODULES) : null;
    NeededFiles needed = NeededFiles.among(names, NeededFiles.modules(json), needs.readyOnnx());
    if (needed.missing() != null) {
      throw new HubException("a model must have " + needed.missing() + ": none, in " + model
          + " on the hub; choose a model that has, such as BAAI/bge-m3");
    }
    Revision commit = listing.commit();
    List<RemoteFile> files = new ArrayList<>();
    List<RemoteFile> missing = new ArrayList<>();
    for (String path : needed.files()) {
      RemoteFile file = api.file(model, listing, path);
      files.add(file);
      boolean another = missing.stream().anyMatch(other -> other.hash().equals(file.hash()));
      if (!another && !repo.has(commit, file)) {
        missing.add(file);
      }
    }
    if (!missing.isEmpty()) {
      new Downloads(api, http, sleeper).get(repo, model, commit, missing, listener);
    }
    Receipt receipt = Receipt.empty();
    Map<FileHash, Path> published = new HashMap<>();
    for (RemoteFile file : files) {
      Path path = repo.snapshot(commit).resolve(file.path());
      Path twin = published.putIfAbsent(file.hash(), path);
      if (twin != null) {
        repo.restoreBlob(file.hash(), twin);
      }
      repo.publish(commit, file);
      receipt.put(file.path(), file.hash(), path);
    }
    receipt.write(repo.receipt(commit));
    repo.setCommit(revision, commit);
    return repo.snapshot(commit);
  }

  /** The hub may have forgotten a commit that the cache still has. */
  private static HubApi.Listing list(HubApi api, RepoId model, Revision revision, Revision wanted) {
    try {
      return api.list(model, wanted);
    } catch (HubException e) {
      if (wanted.equals(revision)) {
        throw e;
      }
      return api.list(model, revision);
    }
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
