/**
 * Runs the batches of many callers on a fixed number of worker threads.
 *
 * <p>The life of a request in a {@link io.github.bge4j.batching.BatchExecutor}:
 *
 * <ol>
 *   <li>A caller gives items to a {@code BatchQueue}, which makes a {@code Request} of them.
 *   <li>The {@code Entrance} charges the {@code QueueBudget} of its lane, for all items or none;
 *       when the budget is spent the {@code OverloadPolicy} decides. A small blocking request that
 *       finds a worker idle skips the queue and runs in its own thread.
 *   <li>It is left in the {@code Intake}, without a lock, and moved from there to its {@code Flow}
 *       (one for each function and lane) by whoever next enters the {@code Dispatcher}, whose lock
 *       guards the {@code Scheduler}: plain data and rules, without threads or clock.
 *   <li>A free worker asks for a batch: {@code FairShare} says whose turn it is, the
 *       {@code BatchFormer} chooses items of matching length.
 *   <li>The {@code BatchRunner} calls the function. If that throws, {@code Isolation} runs halves
 *       until the item to blame stands alone.
 *   <li>When its last item is done, or its first has failed, the request is resolved under the
 *       lock, once. What was decided there lies in an {@code Outbox} until the lock is released;
 *       then {@code Delivery} wakes the waiting caller or completes the future on the completion
 *       executor.
 * </ol>
 *
 * <p>Every public type but the builder is thread-safe.
 */
@NullMarked
package io.github.bge4j.batching;

import org.jspecify.annotations.NullMarked;
