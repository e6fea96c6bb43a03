package io.github.bge4j.internal.hub;

import io.github.bge4j.internal.checkpoint.NeededFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The files of one commit of a model in a cache. Not thread-safe. */
final class CachedSnapshot {

  private static final int MAX_DEPTH = 8;
  private static final int MAX_TEXT = 1 << 20;

  private final CachedRepo repo;
  private final String commit;
  private final Path folder;
  private @Nullable String problem;
  private boolean damaged;

  CachedSnapshot(CachedRepo repo, String commit) {
    this.repo = repo;
    this.commit = commit;
    this.folder = repo.snapshot(commit);
  }

  /**
   * Looks whether a model can be used as it lies; files that changed since the last look are read.
   *
   * @param online whether more can be got
   */
  static CachedSnapshot look(CachedRepo repo, WantedModel wanted, boolean online)
      throws IOException {
    Optional<String> meant = repo.commit(wanted.revision());
    CachedSnapshot snapshot = new CachedSnapshot(repo, meant.orElse(wanted.revision()));
    snapshot.problem = meant.isEmpty()
        ? "it has no revision " + wanted.revision()
        : snapshot.problem(wanted, online);
    return snapshot;
  }

  /** Returns what is wrong with it; null if it can be used. */
  @Nullable String problem() {
    return problem;
  }

  /** Returns whether a file is not what it was. */
  boolean damaged() {
    return damaged;
  }

  String commit() {
    return commit;
  }

  Path folder() {
    return folder;
  }

  private @Nullable String problem(WantedModel wanted, boolean online) throws IOException {
    Receipt ofListing = Receipt.read(repo.receipt(commit));
    boolean listed = !ofListing.isEmpty();
    Receipt receipt = listed ? ofListing : Receipt.read(repo.notes(commit));
    Set<String> names = names();
    NeededFiles needed =
        NeededFiles.among(names, text(folder.resolve(NeededFiles.MODULES)), wanted.readyOnnx());
    boolean headless = wanted.heads() && !listed && !needed.hasHeads() && online;
    if (needed.missing() != null || headless || !names.containsAll(ofListing.paths())) {
      String missing = needed.missing() == null ? "some files" : needed.missing();
      return "revision " + wanted.revision() + " lacks " + missing;
    }
    String unknown = listed || wanted.plain() ? null : unknownSettings(needed);
    if (unknown != null) {
      return "revision " + wanted.revision() + " lacks " + unknown
          + ", which may decide about its vectors, and nobody has looked whether there is one";
    }
    for (String path : needed.files()) {
      if (!isAsItWas(receipt, path)) {
        damaged = true;
        return path + " is damaged";
      }
    }
    keep(receipt, listed ? repo.receipt(commit) : repo.notes(commit));
    return null;
  }

  /** Returns the paths of the files; a link that leads nowhere is none. */
  Set<String> names() throws IOException {
    Set<String> names = new TreeSet<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.walk(folder, MAX_DEPTH, FileVisitOption.FOLLOW_LINKS)) {
        files
            .filter(Files::isRegularFile)
            .forEach(file -> names.add(folder.relativize(file).toString().replace('\\', '/')));
      }
    }
    return names;
  }

  /** Returns the content of a small file; null if there is none, or it is large. */
  static @Nullable String text(Path file) throws IOException {
    return Files.isRegularFile(file) && Files.size(file) <= MAX_TEXT
        ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
        : null;
  }

  /**
   * Finds a file that may decide about the vectors and is not there, without Python's mark that
   * there is none; null if there is no such file.
   */
  private @Nullable String unknownSettings(NeededFiles needed) throws IOException {
    Path absent = repo.absent(commit);
    for (String name : needed.deciding(text(folder.resolve(needed.config())))) {
      if (!Files.exists(folder.resolve(name)) && !Files.exists(absent.resolve(name))) {
        return name;
      }
    }
    return null;
  }

  /** Reads the file if it changed since the last time; adds to the receipt what is right. */
  private boolean isAsItWas(Receipt receipt, String path) throws IOException {
    Path file = folder.resolve(path);
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

  /**
   * Tells whether the cache has a file, by a look at all of it. A blob that is damaged is deleted,
   * so that nothing links to it again.
   */
  boolean has(RemoteFile file) throws IOException {
    Path blob = repo.blob(file.hash());
    if (isWhole(blob, file)) {
      return true;
    }
    Files.deleteIfExists(blob);
    return isWhole(folder.resolve(file.path()), file);
  }

  private static boolean isWhole(Path path, RemoteFile file) throws IOException {
    return Files.isRegularFile(path)
        && Files.size(path) == file.size()
        && file.hash().matches(path);
  }

  /** Makes a file appear, of which there is a blob; whatever has its name gives way. */
  void publish(RemoteFile file, Linker linker) throws IOException {
    Path link = folder.resolve(file.path());
    Path blob = repo.blob(file.hash());
    if (!Files.exists(blob) || (Files.exists(link) && Files.isSameFile(link, blob))) {
      return;
    }
    Files.createDirectories(link.resolve("..").normalize());
    Files.deleteIfExists(link);
    try {
      linker.link(link, blob);
    } catch (FileAlreadyExistsException e) {
      // Python does not heed our lock: it may have made the same link since.
      if (!Files.exists(link) || !Files.isSameFile(link, blob)) {
        throw e;
      }
    }
  }
}
