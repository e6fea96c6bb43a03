package io.github.bge4j.internal.graph;

import io.github.bge4j.ModelException;
import io.github.bge4j.internal.checkpoint.DType;
import io.github.bge4j.internal.checkpoint.Region;
import io.github.bge4j.internal.checkpoint.WeightReference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Weights that were converted to fp32, in files named by the content they were converted from.
 *
 * <p>The name is made of the whole content of the source, which is read for it each time; the file
 * itself is then trusted if it has its length. A file appears under its name only when it is
 * complete, by renaming, so a crash leaves no half file that is used, and of two processes that
 * write the same file at once either may win. Thread-safe.
 */
public final class WeightCache {

  /** Part of every key; a change of the layout of the files needs a new one. */
  private static final String FORMAT = "bge4j fp32 weights 2";

  /** Weights begin at multiples of this, so that they can be mapped into memory. */
  private static final long ALIGNMENT = 4096;

  /** Beginning of the names of files that are being written. */
  private static final String UNFINISHED = "unfinished-";

  /** Elements that are converted at a time. */
  private static final int SLICE = 1 << 18;

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
   * Returns the weights as they lie in a file in fp32 and row-major order; writes it if there is
   * none. Reads the weights once in any case, to know their content.
   *
   * @param weights by the names that messages call them
   * @return by the same names, in the same order
   * @throws ModelException if a value is not finite, or a file cannot be read or written
   */
  Map<String, WeightReference> get(Map<String, WeightReference> weights) {
    long[] offsets = new long[weights.size()];
    long size = 0;
    int i = 0;
    for (WeightReference weight : weights.values()) {
      offsets[i++] = size;
      long end = size + weight.elements() * Float.BYTES;
      size = (end + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
    String key = key(weights.values());
    Path file = folder.resolve(key + ".weights");
    try {
      if (!Files.exists(file) || Files.size(file) != size) {
        Files.createDirectories(folder);
        removeAbandoned();
        write(weights, offsets, size, key, file);
      }
    } catch (IOException | UncheckedIOException e) {
      throw new ModelException(
          "converted weights must be writable: " + file + ": " + e
              + "; make room, or choose another folder with cacheDirectory(Path) or XDG_CACHE_HOME",
          e);
    }
    return references(weights, offsets, Region.ofFile(file));
  }

  private static Map<String, WeightReference> references(
      Map<String, WeightReference> weights, long[] offsets, Region file) {
    Map<String, WeightReference> converted = new LinkedHashMap<>();
    int i = 0;
    for (Map.Entry<String, WeightReference> weight : weights.entrySet()) {
      long bytes = weight.getValue().elements() * Float.BYTES;
      Region data = file.slice(offsets[i++], bytes);
      converted.put(
          weight.getKey(),
          WeightReference.rowMajor(data, DType.F32, weight.getValue().shape()));
    }
    return converted;
  }

  private static String key(Collection<WeightReference> weights) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(FORMAT.getBytes(StandardCharsets.UTF_8));
      for (WeightReference weight : weights) {
        String layout =
            weight.dtype() + Arrays.toString(weight.shape()) + Arrays.toString(weight.strides());
        digest.update(layout.getBytes(StandardCharsets.UTF_8));
        weight.data().forEachChunk(digest::update);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static Set<String> files(Collection<WeightReference> weights) {
    return weights.stream()
        .map(weight -> weight.data().name())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void write(
      Map<String, WeightReference> weights, long[] offsets, long size, String key, Path file)
      throws IOException {
    Path unfinished = folder.resolve(UNFINISHED + UUID.randomUUID());
    try {
      try (FileChannel channel =
          FileChannel.open(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        int i = 0;
        for (Map.Entry<String, WeightReference> weight : weights.entrySet()) {
          channel.position(offsets[i++]);
          weight.getValue().forEachFiniteFloats(weight.getKey(), floats -> write(channel, floats));
        }
        if (channel.size() < size) {
          channel.write(ByteBuffer.allocate(1), size - 1);
        }
        channel.force(true);
      }
      if (!key(weights.values()).equals(key)) {
        throw new ModelException("the files of a model must not change while it is opened: other"
            + " values than before, in " + files(weights.values()) + "; open it again");
      }
      moveIntoPlace(unfinished, file);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  private static void write(FileChannel channel, float[] floats) {
    ByteBuffer bytes = ByteBuffer.allocate(Math.min(floats.length, SLICE) * Float.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN);
    try {
      for (int from = 0; from < floats.length; from += SLICE) {
        int count = Math.min(SLICE, floats.length - from);
        bytes.clear().limit(count * Float.BYTES);
        bytes.asFloatBuffer().put(floats, from, count);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
