package io.github.bge4j.internal.graph;

import io.github.bge4j.ModelException;
import io.github.bge4j.internal.checkpoint.Region;
import io.github.bge4j.internal.checkpoint.WeightReference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Tensors that were made of weights, in files named by the content they were made from
 * ({@link ContentKey}).
 *
 * <p>A file under its name is trusted if it has its length. It appears under its name only when it
 * is complete, by renaming, so a crash leaves no half file that is used, and of two processes that
 * write the same file at once either may win. Thread-safe.
 */
public final class WeightCache {

  /** Part of every key; a change of the layout of the files needs a new one. */
  static final String FORMAT = "bge4j weights 3";

  /** Weights begin at multiples of this, so that they can be mapped into memory. */
  private static final long ALIGNMENT = 4096;

  /** Beginning of the names of files that are being written. */
  static final String UNFINISHED = "unfinished-";

  private final Path folder;

  /** Makes a cache in a folder, which is created when there is something to write. */
  public WeightCache(Path folder) {
    this.folder = folder;
  }

  /**
   * Returns the usual folder.
   *
   * @return {@code bge4j} below {@code XDG_CACHE_HOME}, or below {@code .cache} in the home
   *     directory
   */
  public static Path defaultFolder() {
    String cacheHome = System.getenv("XDG_CACHE_HOME");
    Path caches = cacheHome == null || cacheHome.isBlank()
        ? Path.of(System.getProperty("user.home"), ".cache")
        : Path.of(cacheHome);
    return caches.resolve("bge4j");
  }

  /**
   * Returns the tensors as they lie in a file, row-major; writes it if there is none.
   *
   * @return by the names of the parts, in their order
   * @throws ModelException if a value is not finite, or a file cannot be read or written
   */
  Map<String, WeightReference> get(List<Conversion> conversions) {
    List<Conversion.Part> parts =
        conversions.stream().flatMap(each -> each.parts().stream()).toList();
    long[] offsets = new long[parts.size() + 1];
    for (int i = 0; i < parts.size(); i++) {
      long end = offsets[i] + parts.get(i).bytes();
      offsets[i + 1] = (end + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
    ContentKey key = new ContentKey(FORMAT, conversions, folder, Clock.systemUTC());
    long size = offsets[parts.size()];
    try {
      if (!isWhole(file(key), size)) {
        key.read();
      }
      Path file = file(key);
      if (!isWhole(file, size)) {
        Files.createDirectories(folder);
        removeAbandoned();
        write(conversions, offsets, key, file);
      }
      key.note();
      return references(parts, offsets, Region.ofFile(file));
    } catch (IOException | UncheckedIOException e) {
      throw new ModelException(
          "converted weights must be writable: " + folder + ": " + e
              + "; make room, or choose another folder with cacheDirectory(Path) or XDG_CACHE_HOME",
          e);
    }
  }

  private Path file(ContentKey key) {
    return folder.resolve(key.get() + ".weights");
  }

  private static boolean isWhole(Path file, long size) throws IOException {
    return Files.exists(file) && Files.size(file) == size;
  }

  private static Map<String, WeightReference> references(
      List<Conversion.Part> parts, long[] offsets, Region file) {
    Map<String, WeightReference> converted = new LinkedHashMap<>();
    for (int i = 0; i < parts.size(); i++) {
      Conversion.Part part = parts.get(i);
      Region data = file.slice(offsets[i], part.bytes());
      converted.put(part.name(), WeightReference.rowMajor(data, part.dtype(), part.shape()));
    }
    return converted;
  }

  private void write(List<Conversion> conversions, long[] offsets, ContentKey key, Path file)
      throws IOException {
    Path unfinished = folder.resolve(UNFINISHED + UUID.randomUUID());
    long size = offsets[offsets.length - 1];
    try {
      try (FileChannel channel =
          FileChannel.open(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        int part = 0;
        for (Conversion conversion : conversions) {
          List<Consumer<ByteBuffer>> targets = new ArrayList<>();
          for (int i = 0; i < conversion.parts().size(); i++) {
            targets.add(appendFrom(channel, offsets[part++]));
          }
          conversion.write(targets);
        }
        if (channel.size() < size) {
          channel.write(ByteBuffer.allocate(1), size - 1);
        }
        channel.force(true);
      }
      key.requireUnchanged();
      moveIntoPlace(unfinished, file);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  private static Consumer<ByteBuffer> appendFrom(FileChannel channel, long offset) {
    long[] position = {offset};
    return bytes -> {
      try {
        while (bytes.hasRemaining()) {
          position[0] += channel.write(bytes, position[0]);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  /**
   * Deletes what a process left that ended while it wrote; a day is longer than any writing takes.
   */
  private void removeAbandoned() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, UNFINISHED + "*")) {
      for (Path file : files) {
        removeIfOld(file);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private static void removeIfOld(Path file) {
    Instant dayAgo = Instant.now().minus(Duration.ofDays(1));
    try {
      if (Files.getLastModifiedTime(file).toInstant().isBefore(dayAgo)) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // Another process has just finished or removed it; whatever it is, the next one can try
      // again.
    }
  }

  private static void moveIntoPlace(Path unfinished, Path file) throws IOException {
    try {
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException | FileAlreadyExistsException e) {
      // Where renaming does not replace, another process that came first has written the same
      // bytes.
      if (!Files.exists(file)) {
        throw e;
      }
    }
  }
}
