package io.github.bge4j.internal.hub;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** Makes a blob appear under the name of a file. */
@FunctionalInterface
interface Linker {

  /** As {@code huggingface_hub} does: relative, so that the cache can be moved. */
  Linker SYMBOLIC =
      (link, blob) -> Files.createSymbolicLink(link, link.resolveSibling("").relativize(blob));

  /** Where symbolic links need rights that users have not, as on Windows. */
  Linker HARD = Files::createLink;

  /** Where there are no links; no second copy, as {@code huggingface_hub} does. */
  Linker MOVE = (link, blob) -> Files.move(blob, link, StandardCopyOption.ATOMIC_MOVE);

  /** Whatever the file system can. */
  Linker BEST = firstOf(List.of(SYMBOLIC, HARD, MOVE));

  /**
   * Makes the link; its folder exists, it does not.
   *
   * @throws IOException if it cannot be made
   */
  void link(Path link, Path blob) throws IOException;

  /** Tries one after the other; the last one's failure counts. */
  static Linker firstOf(List<Linker> linkers) {
    return (link, blob) -> {
      for (Linker linker : linkers.subList(0, linkers.size() - 1)) {
        try {
          linker.link(link, blob);
          return;
        } catch (FileAlreadyExistsException e) {
          throw e;
        } catch (IOException | UnsupportedOperationException e) {
          // The next one may be possible here.
        }
      }
      linkers.get(linkers.size() - 1).link(link, blob);
    };
  }
}
