package io.github.bge4j.internal.hub;

import io.github.bge4j.HubException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Gets one file into the cache, from where an earlier attempt stopped. What has arrived is kept
 * whatever happens; the file appears only when its hash is right. Not thread-safe.
 */
final class FileDownload {

  private static final int PARTIAL = 206;
  private static final int RANGE_NOT_SATISFIABLE = 416;
  private static final int BUFFER = 1 << 17;
  private static final Pattern RANGE = Pattern.compile("bytes (\\d{1,18})-\\d+/(\\d{1,18}|\\*)");

  /** How often a whole file may have the wrong content. */
  private static final int MOST_WRONG = 3;

  private final HubApi api;
  private final HubHttp http;
  private final Sleeper sleeper;
  private final Subject subject;
  private final RemoteFile file;
  private final Path part;
  private final DownloadProgress progress;
  private @Nullable String storageTag;

  FileDownload(
      HubApi api,
      HubHttp http,
      Sleeper sleeper,
      Subject subject,
      RemoteFile file,
      Path part,
      DownloadProgress progress) {
    this.api = api;
    this.http = http;
    this.sleeper = sleeper;
    this.subject = subject;
    this.file = file;
    this.part = part;
    this.progress = progress;
  }

  /**
   * Gets the file.
   *
   * @param blob where it appears
   * @throws HubException if it is not to be had, or is not what the listing says
   * @throws IOException if the disk does not take it
   */
  void to(Path blob) throws IOException {
    for (int wrong = 0; wrong < MOST_WRONG; wrong++) {
      receiveAll();
      if (file.hash().matches(part)) {
        Files.move(part, blob, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return;
      }
      discard();
    }
    throw new HubException(
        subject + " must have the hash " + file.hash().hex() + ": it had another, " + MOST_WRONG
            + " times; a proxy or mirror changes it, check HF_ENDPOINT");
  }

  private void receiveAll() throws IOException {
    Attempts attempts = new Attempts("downloading " + subject, sleeper);
    try (FileChannel target =
        FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      if (target.size() > file.size()) {
        restart(target);
      }
      while (target.size() < file.size()) {
        long before = target.size();
        try {
          receive(target);
        } catch (DiskException e) {
          throw e.reason();
        } catch (IOException e) {
          if (target.size() > before) {
            attempts.progressed();
          }
          attempts.failed(e);
        }
      }
      target.force(true);
    }
  }

  private void receive(FileChannel target) throws IOException {
    long from = target.size();
    Map<String, String> headers = new HashMap<>();
    if (from > 0) {
      headers.put("Range", "bytes=" + from + "-");
      if (storageTag != null) {
        headers.put("If-Range", storageTag);
      }
    }
    try (HubResponse answer = http.send("GET", api.address(subject), headers, subject)) {
      if (answer.hash().isPresent() && !answer.hash().get().equals(file.hash())) {
        throw new TryAgainException(
            "the hub gives " + subject + " another hash than its listing does", -1);
      }
      if (!continues(answer, from)) {
        restart(target);
      }
      if (answer.status() == RANGE_NOT_SATISFIABLE) {
        throw new TryAgainException("there is no rest of " + subject + ", it starts anew", -1);
      }
      storageTag = answer.header("ETag").filter(tag -> !tag.startsWith("W/")).orElse(null);
      copy(answer.body(), target);
    }
  }

  /** A server may send everything, or answer with another part than it was asked for. */
  private boolean continues(HubResponse answer, long from) {
    if (from == 0) {
      return answer.status() != PARTIAL;
    }
    Matcher range = RANGE.matcher(answer.header("Content-Range").orElse(""));
    return answer.status() == PARTIAL
        && range.matches()
        && Long.parseLong(range.group(1)) == from
        && (range.group(2).equals("*") || Long.parseLong(range.group(2)) == file.size());
  }

  private void copy(InputStream body, FileChannel target) throws IOException {
    byte[] buffer = new byte[BUFFER];
    long position = target.size();
    while (position < file.size()) {
      progress.requireGoingOn();
      int wanted = (int) Math.min(buffer.length, file.size() - position);
      int read = body.read(buffer, 0, wanted);
      if (read < 0) {
        throw new EOFException("the connection ended after " + position + " of " + file.size()
            + " bytes of " + subject);
      }
      write(target, ByteBuffer.wrap(buffer, 0, read), position);
      position += read;
      progress.received(read);
    }
  }

  private static void write(FileChannel target, ByteBuffer bytes, long at) throws DiskException {
    try {
      long position = at;
      while (bytes.hasRemaining()) {
        position += target.write(bytes, position);
      }
    } catch (IOException e) {
      throw new DiskException(e);
    }
  }

  private void restart(FileChannel target) throws IOException {
    progress.received(-target.size());
    target.truncate(0);
    storageTag = null;
  }

  private void discard() throws IOException {
    progress.received(-file.size());
    Files.delete(part);
    storageTag = null;
  }

  /** A failure of the disk, which no other attempt mends. */
  private static final class DiskException extends IOException {
    private static final long serialVersionUID = 1L;
    private final IOException reason;

    DiskException(IOException reason) {
      super(reason);
      this.reason = reason;
    }

    IOException reason() {
      return reason;
    }
  }
}
