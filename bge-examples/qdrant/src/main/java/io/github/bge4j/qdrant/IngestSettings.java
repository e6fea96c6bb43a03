package io.github.bge4j.qdrant;

import io.github.bge4j.Output;
import io.github.bge4j.Precision;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an ingest was told.
 *
 * @param part what marks the points of the part of a larger ingest that this is
 */
record IngestSettings(
    CollectionSpec spec,
    int chunkTokens,
    int overlapTokens,
    boolean titles,
    int batchChunks,
    int maxRequestBytes,
    boolean adopts,
    Duration timeout,
    RetryPolicy retry,
    @Nullable Path checkpoint,
    @Nullable UUID part) {

  /**
   * Returns what must not change between a run and the one that goes on with it.
   *
   * @param server its address
   */
  String fixed(String server, Precision precision) {
    String outputs = spec.outputs().stream()
        .sorted(Comparator.naturalOrder())
        .map(Output::name)
        .collect(Collectors.joining("+"));
    return String.join(
        " ",
        "server=" + server,
        "collection=" + spec.collection(),
        "model=" + spec.model(),
        "precision=" + precision,
        "outputs=" + outputs,
        "mapping=" + spec.mapper().name() + "/" + spec.mapper().indexSpace(),
        "chunkTokens=" + chunkTokens,
        "overlapTokens=" + overlapTokens,
        "titles=" + titles);
  }
}
