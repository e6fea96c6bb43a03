package io.github.bge4j.internal.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** A small file that others see whole or not at all. */
final class TextFile {

  private TextFile() {}

  /**
   * Writes or replaces a file. Whoever may read the cache may read it: files made by
   * {@link Files#createTempFile} are their owner's alone.
   *
   * @param scratch where it lies until it is whole; created if there is none
   */
  static void write(Path file, String text, Path scratch) throws IOException {
    Path unfinished = Files.createDirectories(scratch).resolve("bge4j-" + UUID.randomUUID());
    try {
      Files.writeString(unfinished, text, StandardOpenOption.CREATE_NEW);
      Files.move(
          unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }
}
