package io.github.bge4j.internal.hub;

import io.github.bge4j.ModelException;
import io.github.bge4j.internal.checkpoint.NeededFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Lists what a cache holds. */
public final class HubCache {

  private static final String PREFIX = "models--";

  private HubCache() {}

  /** Makes of one version of a model what its caller lists. */
  @FunctionalInterface
  public interface Lister<T> {

    /**
     * Makes it.
     *
     * @param usable false if configuration, tokenizer or weights are missing
     */
    T of(String id, String commit, List<String> revisions, Path folder, long bytes, boolean usable);
  }

  /**
   * Lists models and their revisions, by name.
   *
   * @throws ModelException if the folder cannot be read
   */
  public static <T> List<T> list(Path cache, Lister<T> lister) {
    List<T> models = new ArrayList<>();
    try {
      for (Path model : children(cache)) {
        if (model.getFileName().toString().startsWith(PREFIX)) {
          addRevisions(model, lister, models);
        }
      }
    } catch (IOException | UncheckedIOException e) {
      throw new ModelException(
          "the cache must be readable: " + e + ", in " + cache
              + "; check its rights, or HF_HUB_CACHE",
          e);
    }
    return List.copyOf(models);
  }

  private static <T> void addRevisions(Path model, Lister<T> lister, List<T> models)
      throws IOException {
    String id = model.getFileName().toString().substring(PREFIX.length()).replace("--", "/");
    Map<String, TreeSet<String>> names = new HashMap<>();
    Path refs = model.resolve("refs");
    for (Path ref : files(refs)) {
      names
          .computeIfAbsent(Files.readString(ref).strip(), unused -> new TreeSet<>())
          .add(refs.relativize(ref).toString().replace('\\', '/'));
    }
    for (Path snapshot : children(model.resolve("snapshots"))) {
      if (!Files.isDirectory(snapshot)) {
        continue;
      }
      String commit = snapshot.getFileName().toString();
      List<Path> files = files(snapshot);
      long bytes = 0;
      for (Path file : files) {
        bytes += Files.size(file);
      }
      List<String> paths = files.stream()
          .map(file -> snapshot.relativize(file).toString().replace('\\', '/'))
          .toList();
      models.add(lister.of(
          id,
          commit,
          List.copyOf(names.getOrDefault(commit, new TreeSet<>())),
          snapshot,
          bytes,
          NeededFiles.among(paths, CachedSnapshot.text(snapshot.resolve(NeededFiles.MODULES)), null)
                  .missing()
              == null));
    }
  }

  private static List<Path> children(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(folder)) {
      return children.sorted().toList();
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
