package io.github.bge4j.internal.checkpoint;

import io.github.bge4j.ModelException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Files that another file names; they lie in its folder or below. */
final class Siblings {

  private Siblings() {}

  /**
   * Resolves a name. Symbolic links are followed: whoever can make one can read its target.
   *
   * @param file the file that holds the name
   * @throws ModelException if the name leads out of the folder
   */
  static Path resolve(Path file, String name) {
    if (!isInside(name)) {
      throw new ModelException("a file named in " + file + " must lie in its folder: '" + name
          + "'; do not trust the model");
    }
    return file.resolveSibling(name);
  }

  private static boolean isInside(String name) {
    try {
      Path path = Path.of(name);
      boolean inside = !name.isEmpty() && !name.contains("\\") && path.getRoot() == null;
      for (Path part : path) {
        inside &= !part.toString().equals("..");
      }
      return inside;
    } catch (InvalidPathException e) {
      return false;
    }
  }
}
