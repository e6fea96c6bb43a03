package io.github.bge4j.internal.hub;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One model in a cache: {@code blobs/HASH}, {@code refs/REVISION} with a commit in it,
 * {@code snapshots/COMMIT/FILE} as links to blobs. Ours beside it, below {@code .locks}: the lock
 * and the receipts.
 */
final class CachedRepo {

  private static final int MAX_DEPTH = 8;
  private static final int MAX_TEXT = 1 << 20;

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

  /** Returns where it stands which files of a commit there are, as the hub lists them. */
  Path receipt(Revision commit) {
    return own.resolve("bge4j-listed-" + commit + ".json");
  }

  /** Returns where it stands which files of a commit that another program got were undamaged. */
  Path notes(Revision commit) {
    return own.resolve("bge4j-seen-" + commit + ".json");
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

  /** Returns the content of a small file of a commit; null if there is none, or it is large. */
  @Nullable String text(Revision commit, String name) throws IOException {
    Path file = snapshot(commit).resolve(name);
    return Files.isRegularFile(file) && Files.size(file) <= MAX_TEXT
        ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
        : null;
  }

  /**
   * Finds a file that may decide about the vectors of a commit and is not there, without Python's
   * mark that there is none. A reranker, by its configuration, is decided by its tokenizer alone.
   *
   * @return null if there is no such file
   */
  @Nullable String unknownSettings(Revision commit, List<NeededFiles.Module> modules) throws IOException {
    String first = modules.get(0).folder();
    String transformer = first.isEmpty() ? "" : first + "/";
    String config = text(commit, transformer + "config.json");
    List<String> deciding = new ArrayList<>(List.of(transformer + "tokenizer_config.json"));
    if (config == null || !config.contains("ForSequenceClassification")) {
      deciding.add(NeededFiles.MODULES);
      deciding.add(transformer + "sentence_bert_config.json");
      deciding.add("config_sentence_transformers.json");
    }
    Path absent = this.root.resolve(".no_exist").resolve(commit.name());
    for (String name : deciding) {
      if (!Files.exists(snapshot(commit).resolve(name)) && !Files.exists(absent.resolve(name))) {
        return name;
      }
    }
    return null;
  }

  /**
   * Tells whether the cache has a file, by a look at all of it. A blob that is damaged is deleted,
   * so that nothing links to it again.
   */
  boolean has(Revision commit, RemoteFile file) throws IOException {
    Path blob = blob(file.hash());
    if (isWhole(blob, file)) {
      return true;
    }
    Files.deleteIfExists(blob);
    return isWhole(snapshot(commit).resolve(file.path()), file);
  }

  private static boolean isWhole(Path path, RemoteFile file) throws IOException {
    return Files.isRegularFile(path)
        && Files.size(path) == file.size()
        && file.hash().matches(path);
  }

  /** Makes a file of a commit appear; whatever has its name gives way. */
  void publish(Revision commit, RemoteFile file) throws IOException {
    Path link = snapshot(commit).resolve(file.path());
    Path blob = blob(file.hash());
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

  /** Remembers what a revision means. */
  void setCommit(Revision revision, Revision commit) throws IOException {
    if (!revision.isCommit()) {
      Files.createDirectories(ref(revision).resolve("..").normalize());
      TextFile.write(ref(revision), commit.name(), own);
    }
  }
}
