package io.github.bge4j.internal.graph;

import io.github.bge4j.ModelException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The deepest folder above some files. ONNX Runtime takes external data only from below one folder,
 * after it has followed links; so links are followed here, too, and nothing is ever written beside
 * a model.
 *
 * @param root the folder
 * @param realFiles each file without links, by the path it was given as; not copied
 */
record FileTree(Path root, Map<Path, Path> realFiles) {

  static FileTree of(Collection<Path> files) {
    Map<Path, Path> realFiles = new HashMap<>();
    Path root = null;
    for (Path file : files) {
      Path real = realFiles.computeIfAbsent(file, FileTree::real);
      root = root == null ? real.getParent() : commonFolder(root, real);
    }
    return new FileTree(Objects.requireNonNull(root), realFiles);
  }

  private static Path real(Path file) {
    try {
      return file.toRealPath();
    } catch (IOException e) {
      throw new ModelException("model file must be readable: " + file + ": " + e, e);
    }
  }

  private static Path commonFolder(Path root, Path file) {
    Path folder = root;
    while (folder != null && !file.startsWith(folder)) {
      folder = folder.getParent();
    }
    if (folder == null) {
      throw new ModelException("the files of a model must lie on one drive: " + root + " and "
          + file + "; copy them to one folder, or set the cache directory to that drive");
    }
    return folder;
  }

  /** Returns where a file lies below the root, as ONNX writes it. */
  String location(Path file) {
    Path real = Objects.requireNonNull(realFiles.get(file));
    return root.relativize(real).toString().replace('\\', '/');
  }
}
