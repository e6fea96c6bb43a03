package io.github.bge4j.internal.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * One model in a cache: {@code blobs/HASH}, {@code refs/REVISION} with a commit in it,
 * {@code snapshots/COMMIT/FILE} as links to blobs. Ours beside it, below {@code .locks}: the lock
 * and the receipts.
 */
final class CachedRepo {

  private final Path root;
  private final Path own;

  CachedRepo(Path cache, WantedModel model) {
    this.root = cache.resolve(model.folderName());
    this.own = cache.resolve(".locks").resolve(model.folderName());
  }

  Path lock() {
    return own.resolve("bge4j.lock");
  }

  /** Returns where it stands which files of a commit there are, as the hub lists them. */
  Path receipt(String commit) {
    return own.resolve("bge4j-listed-" + commit + ".json");
  }

  /** Returns where it stands which files of a commit that another program got were undamaged. */
  Path notes(String commit) {
    return own.resolve("bge4j-seen-" + commit + ".json");
  }

  /** Returns where Python leaves a mark for each file that a commit does not have. */
  Path absent(String commit) {
    return root.resolve(".no_exist").resolve(commit);
  }

  Path blobs() {
    return root.resolve("blobs");
  }

  Path blob(FileHash hash) {
    return blobs().resolve(hash.hex());
  }

  /** A name of our own: Python does not lock as Java does. */
  Path part(FileHash hash) {
    return blobs().resolve(hash.hex() + ".bge4j.part");
  }

  Path snapshot(String commit) {
    return root.resolve("snapshots").resolve(commit);
  }

  /** Returns the commit that a revision meant when it was last asked for. */
  Optional<String> commit(String revision) throws IOException {
    if (WantedModel.isCommit(revision)) {
      return Optional.of(revision);
    }
    try {
      return Optional.of(Files.readString(ref(revision)).strip()).filter(WantedModel::isCommit);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Remembers what a revision means. */
  void setCommit(String revision, String commit) throws IOException {
    if (!WantedModel.isCommit(revision)) {
      Files.createDirectories(ref(revision).resolve("..").normalize());
      TextFile.write(ref(revision), commit, own);
    }
  }

  private Path ref(String revision) {
    return root.resolve("refs").resolve(revision);
  }

  /**
   * Gives a file its blob again, which without links moved to another file of the same content.
   *
   * @param twin that other file
   */
  void restoreBlob(FileHash hash, Path twin) throws IOException {
    if (!Files.exists(blob(hash))) {
      Files.copy(twin, part(hash), StandardCopyOption.REPLACE_EXISTING);
      Files.move(part(hash), blob(hash), StandardCopyOption.ATOMIC_MOVE);
    }
  }
}
