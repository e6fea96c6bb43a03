package io.github.bge4j.internal.hub;

import io.github.bge4j.HubException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Makes sure that one thread of one process changes a model's folder. The operating system frees
 * the lock of a process that dies.
 */
final class RepoLock implements Closeable {

  private static final long ASK_AGAIN_MILLIS = 100;

  /** A file lock is the whole JVM's, and closing any channel to the file may end it. */
  private static final ConcurrentHashMap<Path, Semaphore> IN_THIS_JVM = new ConcurrentHashMap<>();

  private final Semaphore thread;
  private final FileChannel channel;

  private RepoLock(Semaphore thread, FileChannel channel) {
    this.thread = thread;
    this.channel = channel;
  }

  /**
   * Waits for the lock.
   *
   * @param file created if there is none, and never deleted; one for each folder
   * @param waiting called once if another holds it
   */
  static RepoLock acquire(Path file, Sleeper sleeper, Runnable waiting) throws IOException {
    Path folder = Files.createDirectories(file.resolveSibling("")).toRealPath();
    Semaphore thread = IN_THIS_JVM.computeIfAbsent(folder, unused -> new Semaphore(1));
    try {
      boolean told = false;
      if (!thread.tryAcquire()) {
        told = true;
        waiting.run();
        thread.acquire();
      }
      return acquire(thread, file, sleeper, told ? () -> {} : waiting);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HubException("waiting for another download of the model was interrupted", e);
    }
  }

  private static RepoLock acquire(Semaphore thread, Path file, Sleeper sleeper, Runnable waiting)
      throws IOException, InterruptedException {
    FileChannel channel = null;
    boolean locked = false;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (tryLock(channel) == null) {
        waiting.run();
        while (tryLock(channel) == null) {
          sleeper.sleep(ASK_AGAIN_MILLIS);
        }
      }
      locked = true;
      return new RepoLock(thread, channel);
    } finally {
      if (!locked) {
        if (channel != null) {
          channel.close();
        }
        thread.release();
      }
    }
  }

  /** Another class loader of this JVM may have this class once more. */
  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      thread.release();
    }
  }
}
