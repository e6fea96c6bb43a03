package io.github.bge4j.batching;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One run of a batch function.
 *
 * @param queue name of the queue
 * @param lane lane of its items
 * @param items number of items
 * @param cost what the items cost together
 * @param waited time from the submission of the oldest item to the start
 * @param ran time in the batch function
 * @param failure what the function threw; null if it gave results
 */
public record BatchReport(
    String queue,
    Lane lane,
    int items,
    long cost,
    Duration waited,
    Duration ran,
    @Nullable Throwable failure) {}
