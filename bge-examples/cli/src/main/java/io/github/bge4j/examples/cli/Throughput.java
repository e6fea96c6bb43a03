package io.github.bge4j.examples.cli;

/**
 * How much was done in which time.
 *
 * @param texts texts that were embedded, or pairs that were scored
 * @param tokens tokens that the model read
 * @param truncated how many of the texts were cut
 * @param seconds wall time of this work only
 */
record Throughput(long texts, long tokens, long truncated, double seconds) {

  double textsPerSecond() {
    return texts / seconds;
  }

  double tokensPerSecond() {
    return tokens / seconds;
  }
}
