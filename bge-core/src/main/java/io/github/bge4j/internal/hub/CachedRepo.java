package io.github.bge4j.internal.hub;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * One model in a cache: {@code blobs/HASH}, {@code refs/REVISION} with a commit in it,
 * {@code snapshots/COMMIT/FILE} as links to blobs. Ours beside it, below {@code .locks}: the lock
 * and the receipts.
 */
final class CachedRepo {

  private static final int MAX_DEPTH = 8;

  private final Path root;
  private final Path own;
  private final Linker linker;

  CachedRepo(Path cache, RepoId model, Linker linker) {
    this.root = cache.resolve(model.folderName());
    this.own = cache.resolve(".locks").resolve(model.folderName());
    this.linker = linker;
  }

  /** Returns the folder of the lock and the receipts. */
  Path own() {
    return own;
  }

  Path lock() {
    return own.resolve("bge4j.lock");
  }

  Path receipt(Revision commit) {
    return own.resolve("bge4j-" + commit + ".json");
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

  Path snapshot(Revision commit) {
    return root.resolve("snapshots").resolve(commit.name());
  }

  /** Returns the commit that a revision meant when it was last asked for. */
  Optional<Revision> commit(Revision revision) throws IOException {
    if (revision.isCommit()) {
      return Optional.of(revision);
    }
    try {
      Revision commit = Revision.parse(Files.readString(ref(revision)).strip()).orElse(revision);
      return commit.isCommit() ? Optional.of(commit) : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private Path ref(Revision revision) {
    return root.resolve("refs").resolve(revision.name());
  }

  /** Returns the paths of the files of a commit; a link that leads nowhere is none. */
  Set<String> names(Revision commit) throws IOException {
    Path snapshot = snapshot(commit);
    Set<String> names = new TreeSet<>();
    if (Files.isDirectory(snapshot)) {
      try (Stream<Path> files = Files.walk(snapshot, MAX_DEPTH, FileVisitOption.FOLLOW_LINKS)) {
        files
            .filter(Files::isRegularFile)
            .forEach(file -> names.add(snapshot.relativize(file).toString().replace('\\', '/')));
      }
    }
    return names;
  }

  /** Finds where a file lies that the cache has whole, by a look at all of it. */
  Optional<Path> find(Revision commit, RemoteFile file) throws IOException {
    for (Path path : new Path[] {blob(file.hash()), snapshot(commit).resolve(file.path())}) {
      boolean whole = Files.isRegularFile(path)
          && Files.size(path) == file.size()
          && file.hash().matches(path);
      if (whole) {
        return Optional.of(path);
      }
    }
    return Optional.empty();
  }

  /** Makes a file of a commit appear; whatever has its name gives way. */
  void publish(Revision commit, RemoteFile file) throws IOException {
    Path link = snapshot(commit).resolve(file.path());
    Path blob = blob(file.hash());
    if (!Files.exists(blob) || (Files.exists(link) && Files.isSameFile(link, blob))) {
      return;
    }
    Files.createDirectories(link.resolve("..").normalize());
    if (Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
      Files.delete(link);
    }
    linker.link(link, blob);
  }

  /** Remembers what a revision means. */
  void setCommit(Revision revision, Revision commit) throws IOException {
    if (!revision.isCommit()) {
      Files.createDirectories(ref(revision).resolve("..").normalize());
      Files.createDirectories(own);
      Path file = Files.createTempFile(own, "ref", null);
      Files.writeString(file, commit.name());
      Files.move(
          file, ref(revision), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
