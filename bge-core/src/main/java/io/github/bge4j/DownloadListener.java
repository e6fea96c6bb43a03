package io.github.bge4j;

/**
 * Told how a download from the hub goes. Calls come one at a time, from several threads; they hold
 * the download up while they last, and must not throw.
 *
 * @see HubSource#withListener
 */
public interface DownloadListener {

  /**
   * Called when another thread or process is at the same model; its download is waited for.
   *
   * @param model the id
   */
  default void waiting(String model) {}

  /**
   * Called before the first byte is asked for; not if nothing is missing.
   *
   * @param model the id
   * @param totalBytes sizes of the missing files added up
   */
  default void started(String model, long totalBytes) {}

  /**
   * Called some thousand times a gigabyte.
   *
   * @param receivedBytes what is there of the missing files, that of earlier downloads included;
   *     falls when a file has to be started anew
   * @param totalBytes sizes of the missing files added up
   */
  default void progressed(long receivedBytes, long totalBytes) {}

  /**
   * Called when nothing goes on any more, whether all files are there or one was not to be had.
   *
   * @param model the id
   */
  default void ended(String model) {}
}
