package io.github.bge4j.qdrant;

import io.github.bge4j.InvalidOptionException;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Properties;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How far an ingest has come: what the server has acknowledged, in the order of the input. Kept in
 * a file that is replaced as a whole, or only here. Not thread-safe.
 */
final class Checkpoint {

  private static final String SETTINGS = "settings";
  private static final String RUN = "run";
  private static final String REPLACES = "replaces";
  private static final String DOCUMENTS = "documents";
  private static final String POINTS = "points";
  private static final String DIGEST = "digest";

  private final @Nullable Path file;
  private final String settings;
  private final String run;
  private final boolean replaces;
  private boolean resumed;
  private long documents;
  private long points;
  private long digest;

  private Checkpoint(@Nullable Path file, String settings, String run, boolean replaces) {
    this.file = file;
    this.settings = settings;
    this.run = run;
    this.replaces = replaces;
  }

  /** Begins anew. */
  static Checkpoint begin(@Nullable Path file, String settings, UUID run, boolean replaces) {
    Checkpoint checkpoint = new Checkpoint(file, settings, run.toString(), replaces);
    checkpoint.write();
    return checkpoint;
  }

  /**
   * Reads the checkpoint of an ingest that did not end.
   *
   * @return null if there is none
   * @throws InvalidOptionException if it is of other settings, or damaged
   */
  static @Nullable Checkpoint read(@Nullable Path file, String settings) {
    if (file == null || !Files.exists(file)) {
      return null;
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw damaged(file);
    }
    String old = properties.getProperty(SETTINGS, "");
    if (!old.equals(settings)) {
      throw new InvalidOptionException(
          "an ingest must go on with the settings that it began with, " + old + ": they are "
              + settings + "; restore them, or delete " + file + " to begin anew");
    }
    Checkpoint checkpoint = new Checkpoint(
        file,
        settings,
        properties.getProperty(RUN, ""),
        Boolean.parseBoolean(properties.getProperty(REPLACES)));
    try {
      checkpoint.documents = Long.parseLong(properties.getProperty(DOCUMENTS));
      checkpoint.points = Long.parseLong(properties.getProperty(POINTS));
      checkpoint.digest = Long.parseLong(properties.getProperty(DIGEST));
    } catch (NumberFormatException e) {
      throw damaged(file);
    }
    checkpoint.resumed = true;
    return checkpoint;
  }

  private static InvalidOptionException damaged(Path file) {
    return new InvalidOptionException(
        "a checkpoint must be as it was written: " + file + " is not; delete it to begin anew");
  }

  /** Returns whether an earlier run wrote it. */
  boolean resumed() {
    return resumed;
  }

  /** Returns what a message advises whoever wants to begin anew. */
  String remedy() {
    return file == null ? "run it again" : "delete " + file + " to begin anew";
  }

  /** Returns what the points of this ingest are marked with. */
  String run() {
    return run;
  }

  /** Returns whether the collection may hold points of the same documents. */
  boolean replaces() {
    return replaces;
  }

  /** Returns how many documents are done, from the first on. */
  long documents() {
    return documents;
  }

  /** Returns how many points those documents have. */
  long points() {
    return points;
  }

  /** Returns the checksum over the documents that are done. */
  long digest() {
    return digest;
  }

  /** Notes that more is done, and writes it. */
  void advance(long documents, long points, long digest) {
    this.documents = documents;
    this.points = points;
    this.digest = digest;
    write();
  }

  /** Forgets it all: the ingest is complete. */
  void delete() {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  private void write() {
    if (file == null) {
      return;
    }
    Properties properties = new Properties();
    properties.setProperty(SETTINGS, settings);
    properties.setProperty(RUN, run);
    properties.setProperty(REPLACES, String.valueOf(replaces));
    properties.setProperty(DOCUMENTS, String.valueOf(documents));
    properties.setProperty(POINTS, String.valueOf(points));
    properties.setProperty(DIGEST, String.valueOf(digest));
    Path next = file.resolveSibling(file.getFileName() + ".next");
    try {
      StringWriter text = new StringWriter();
      properties.store(text, null);
      try (FileChannel channel = FileChannel.open(
          next,
          StandardOpenOption.CREATE,
          StandardOpenOption.WRITE,
          StandardOpenOption.TRUNCATE_EXISTING)) {
        channel.write(ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8)));
        channel.force(true);
      }
      Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  private static InvalidOptionException unwritable(Path file, IOException e) {
    return new InvalidOptionException("a checkpoint must be in a folder that can be written: "
        + file + " (" + e + "); name another");
  }
}
