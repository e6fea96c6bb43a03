package io.github.bge4j.internal.hub;

import io.github.bge4j.DownloadListener;
import io.github.bge4j.HubException;

/** Adds up what the files of one download gain, and tells the listener, one call at a time. */
final class DownloadProgress {

  private final DownloadListener listener;
  private final long total;
  private long received;
  private boolean stopped;

  /**
   * Begins.
   *
   * @param total bytes of all files
   * @param present bytes that an earlier download left
   */
  DownloadProgress(DownloadListener listener, long total, long present) {
    this.listener = listener;
    this.total = total;
    this.received = present;
  }

  /** Counts bytes; below 0 for some that are thrown away. */
  synchronized void received(long bytes) {
    received += bytes;
    listener.progressed(received, total);
  }

  /** Ends the downloads that go on. */
  synchronized void stop() {
    stopped = true;
  }

  synchronized void requireGoingOn() {
    if (stopped) {
      throw new HubException("the download was stopped; what is there is kept");
    }
  }
}
