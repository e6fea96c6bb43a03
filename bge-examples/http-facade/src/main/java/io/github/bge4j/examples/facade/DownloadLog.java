package io.github.bge4j.examples.facade;

import io.github.bge4j.DownloadListener;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Logs the beginning and the end of downloads from the hub. */
final class DownloadLog implements DownloadListener {

  private static final Logger LOG = System.getLogger(DownloadLog.class.getName());
  private static final long MB = 1_000_000;

  @Override
  public void waiting(String model) {
    LOG.log(Level.INFO, "Waiting for another process that downloads {0}", model);
  }

  @Override
  public void started(String model, long totalBytes) {
    LOG.log(Level.INFO, "Downloading {0}: {1} MB", model, totalBytes / MB);
  }

  @Override
  public void ended(String model) {
    LOG.log(Level.INFO, "Download of {0} has ended", model);
  }
}
