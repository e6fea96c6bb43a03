package io.github.bge4j.internal.hub;

import io.github.bge4j.DownloadListener;
import io.github.bge4j.HubException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Gets several files of a model at a time. */
final class Downloads {

  /** One large file and the small ones beside it; the hub's storage gives a stream 1 Gbit/s. */
  private static final int FILES_AT_A_TIME = 4;

  private final HubApi api;
  private final HubHttp http;
  private final Sleeper sleeper;

  Downloads(HubApi api, HubHttp http, Sleeper sleeper) {
    this.api = api;
    this.http = http;
    this.sleeper = sleeper;
  }

  /**
   * Gets files.
   *
   * @throws HubException if one is not to be had; the others stop, and what has arrived is kept
   */
  void get(CachedRepo repo, WantedModel model, List<RemoteFile> files, DownloadListener listener)
      throws IOException {
    long total = files.stream().mapToLong(RemoteFile::size).sum();
    long present = 0;
    Path blobs = Files.createDirectories(repo.blobs());
    for (RemoteFile file : files) {
      Path part = repo.part(file.hash());
      present += Files.exists(part) ? Files.size(part) : 0;
    }
    requireSpace(blobs, total - present, model);
    listener.started(model.name(), total);
    DownloadProgress progress = new DownloadProgress(listener, total, present);
    List<Callable<Void>> tasks = new ArrayList<>();
    for (RemoteFile file : files) {
      Subject subject = new Subject(model, file.path());
      tasks.add(() -> {
        new FileDownload(api, http, sleeper, subject, file, repo.part(file.hash()), progress)
            .to(repo.blob(file.hash()));
        return null;
      });
    }
    try {
      runAll(tasks, progress);
    } finally {
      listener.ended(model.name());
    }
  }

  private static void requireSpace(Path folder, long bytes, WantedModel model) throws IOException {
    long free = Files.getFileStore(folder).getUsableSpace();
    if (free < bytes) {
      throw new HubException("the disk must have " + bytes + " bytes free for " + model + ": "
          + free + ", at " + folder + "; free some, or move the cache with HF_HUB_CACHE");
    }
  }

  /** Returns only when none of the tasks runs any more. */
  private static void runAll(List<Callable<Void>> tasks, DownloadProgress progress)
      throws IOException {
    ExecutorService threads = Executors.newFixedThreadPool(FILES_AT_A_TIME, task -> {
      Thread thread = new Thread(task, "bge-download");
      thread.setDaemon(true);
      return thread;
    });
    CompletionService<Void> running = new ExecutorCompletionService<>(threads);
    try {
      tasks.forEach(running::submit);
      for (int i = 0; i < tasks.size(); i++) {
        running.take().get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HubException("the download was interrupted; what is there is kept", e);
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    } finally {
      progress.stop();
      threads.shutdownNow();
      awaitEnd(threads);
    }
  }

  /** A thread that reads from a dead connection sees it within the read timeout. */
  private static void awaitEnd(ExecutorService threads) {
    boolean interrupted = Thread.interrupted();
    boolean ended = false;
    while (!ended) {
      try {
        ended = threads.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static RuntimeException failure(@Nullable Throwable cause) throws IOException {
    if (cause instanceof IOException e) {
      throw e;
    }
    if (cause instanceof RuntimeException e) {
      return e;
    }
    if (cause instanceof Error e) {
      throw e;
    }
    throw new IllegalStateException(cause);
  }
}
