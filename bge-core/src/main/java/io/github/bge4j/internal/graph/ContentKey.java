package io.github.bge4j.internal.graph;

import io.github.bge4j.ModelException;
import io.github.bge4j.internal.checkpoint.WeightReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The hash of all that decides about converted tensors: how they are made, and the whole content of
 * what they are made from.
 *
 * <p>Reading gigabytes takes seconds, so a key is noted beside the tensors, under a hash of where
 * the content lies and of what the file system says of these files: length, identity, and when they
 * were last modified and, where it knows, changed in any way. The note holds as long as none of
 * this changes. Content in memory is read each time. Not thread-safe.
 */
final class ContentKey {

  /** A file that was written less than this ago may yet change within one tick of its clock. */
  private static final Duration COARSEST_CLOCK = Duration.ofSeconds(3);

  private static final int HEX_DIGITS = 64;

  private final String format;
  private final List<Conversion> conversions;
  private final Path folder;
  private final @Nullable String before;
  private final Clock clock;
  private boolean noted;
  private String key;

  /**
   * Looks for a note, or else reads the content.
   *
   * @param format of what is made of the content
   * @param folder of the notes; need not exist
   * @param clock tells what was written just now
   */
  ContentKey(String format, List<Conversion> conversions, Path folder, Clock clock) {
    this.format = format;
    this.clock = clock;
    this.conversions = conversions;
    this.folder = folder;
    this.before = stamp();
    String known = before == null ? null : read(note(before));
    this.noted = known != null;
    this.key = known == null ? ofContent() : known;
  }

  /** Returns the key, hexadecimal. */
  String get() {
    return key;
  }

  /** Reads the content if it was not read: what a note said led to nothing. */
  void read() {
    if (noted) {
      noted = false;
      key = ofContent();
    }
  }

  /**
   * Reads the content again after it was used.
   *
   * @throws ModelException if it is another than the key says
   */
  void requireUnchanged() {
    if (!ofContent().equals(key)) {
      Set<String> files = sources()
          .map(weight -> weight.data().name())
          .collect(Collectors.toCollection(TreeSet::new));
      throw new ModelException("the files of a model must not change while it is opened: other"
          + " values than before, in " + files + "; open it again");
    }
  }

  /** Notes the key for the next time, unless a file was written to since, or just before. */
  void note() {
    if (noted || before == null || !before.equals(stamp()) || !areOld()) {
      return;
    }
    Path unfinished = folder.resolve(WeightCache.UNFINISHED + UUID.randomUUID());
    try {
      Files.writeString(unfinished, key, StandardCharsets.US_ASCII);
      Files.move(unfinished, note(before), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      // A folder that cannot be written to is used as it lies; the next time reads all again.
    } finally {
      unfinished.toFile().delete();
    }
  }

  private Path note(String stamp) {
    return folder.resolve(stamp + ".key");
  }

  private static @Nullable String read(Path note) {
    try {
      if (Files.exists(note) && Files.size(note) == HEX_DIGITS) {
        String key = Files.readString(note, StandardCharsets.ISO_8859_1);
        return key.chars().allMatch(HexFormat::isHexDigit) ? key : null;
      }
    } catch (IOException e) {
      // What cannot be read is not there.
    }
    return null;
  }

  private String ofContent() {
    MessageDigest digest = begin();
    for (Conversion conversion : conversions) {
      update(digest, conversion.method());
      for (WeightReference weight : conversion.sources().values()) {
        update(digest, layout(weight));
        weight.data().forEachChunk(digest::update);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** What tells of a change of the content without reading it; null if nothing does. */
  private @Nullable String stamp() {
    MessageDigest digest = begin();
    Set<Path> files = new TreeSet<>();
    try {
      for (Conversion conversion : conversions) {
        update(digest, conversion.method());
        for (WeightReference weight : conversion.sources().values()) {
          Optional<Path> path = weight.data().path();
          if (path.isEmpty()) {
            return null;
          }
          Path file = path.get().toRealPath();
          files.add(file);
          update(digest, file + " " + weight.data().offset() + layout(weight));
        }
      }
      for (Path file : files) {
        update(digest, stamp(file));
      }
    } catch (IOException e) {
      // Whoever reads it says what is wrong.
      return null;
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static String stamp(Path file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    return attributes.size() + " " + attributes.fileKey() + " "
        + attributes.lastModifiedTime().toInstant() + " " + changed(file).toInstant();
  }

  /** When a file changed in any way, which nobody can set. */
  private static FileTime changed(Path file) throws IOException {
    if (!file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
      throw new IOException("the file system does not know when a file was changed: " + file);
    }
    return (FileTime) Files.getAttribute(file, "unix:ctime");
  }

  private boolean areOld() {
    Instant limit = clock.instant().minus(COARSEST_CLOCK);
    try {
      for (WeightReference weight : sources().toList()) {
        Path file = weight.data().path().orElseThrow();
        if (changed(file).toInstant().isAfter(limit)) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private Stream<WeightReference> sources() {
    return conversions.stream().flatMap(each -> each.sources().values().stream());
  }

  private static String layout(WeightReference weight) {
    return weight.dtype() + Arrays.toString(weight.shape()) + Arrays.toString(weight.strides());
  }

  private MessageDigest begin() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      update(digest, format);
      return digest;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Adds a text, and where it ends. */
  private static void update(MessageDigest digest, String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
  }
}
