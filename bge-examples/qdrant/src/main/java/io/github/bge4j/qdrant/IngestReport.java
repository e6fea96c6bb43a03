package io.github.bge4j.qdrant;

/**
 * What an ingest did. The server has been asked for the number of the points, and has them all.
 *
 * @param documents of the input
 * @param skipped of these, what an earlier run had stored
 * @param points of all documents
 * @param tokens that the model read in this run, special tokens included
 * @param truncated chunks that were cut because they were too long for the model
 * @param retries calls that were made again
 * @param seconds from the first document to the last acknowledgement
 */
public record IngestReport(
    long documents,
    long skipped,
    long points,
    long tokens,
    long truncated,
    long retries,
    double seconds) {

  /**
   * Returns the speed of this run.
   *
   * @return documents a second, those skipped not counted
   */
  public double documentsPerSecond() {
    return seconds > 0 ? (documents - skipped) / seconds : 0;
  }
}
