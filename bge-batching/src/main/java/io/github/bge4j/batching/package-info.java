/**
 * Runs the batches of many callers on a fixed number of worker threads.
 *
 * <p>The life of a request:
 *
 * <ol>
 *   <li>A caller gives items, or what makes them, to a {@code BatchQueue}. The {@code Entrance}
 *       makes a request of them and charges the budget of its lane; while that is spent the caller
 *       waits, or is refused if it said so. A small blocking request that finds a worker idle runs
 *       in the caller's thread.
 *   <li>It is left in the {@code Dispatcher}'s intake, without a lock, and moved from there to its
 *       flow by whoever next gets the {@code SchedulerLock}. One with a deadline is taken in at
 *       once, or refused because it, or another, could not be done in time.
 *   <li>A free worker asks for a batch: {@code FairShare} says which flow's turn it is, the
 *       {@code Flow} which request's, and the {@code Batch} which items of that and of others join.
 *       What is not made yet of a large request is made as its turn comes, by the caller that waits
 *       for it, by a worker, or by the {@code ItemMakers}.
 *   <li>The {@code BatchRunner} calls the function. If that throws, halves run until the item to
 *       blame stands alone.
 *   <li>When its last item is done, or its first has failed, the request ends under the lock, once.
 *       What was decided there lies in an {@code Outbox} until the lock is released.
 * </ol>
 *
 * <p>What each type owns. For callers:
 *
 * <ul>
 *   <li>{@code BatchExecutor}: one device or several, their wiring and end;
 *       {@code BatchExecutorBuilder}: its checked settings.
 *   <li>{@code BatchQueue}: the way to one function of a device; {@code BatchFunction}: what
 *       computes; {@code BatchLimits}: which items may share a batch; {@code BatchContext}: what a
 *       run can learn.
 *   <li>{@code RequestOptions}, {@code Lane}: how a request is treated.
 *   <li>{@code BatchListener}, {@code BatchReport}: what happened; {@code Ticker}: what time it is.
 *   <li>{@code BatchingException} and its kinds {@code OverloadedException},
 *       {@code DeadlineExceededException}, {@code ExecutorClosedException} and
 *       {@code BatchFailedException}: why there is no result.
 * </ul>
 *
 * <p>On the way of a request:
 *
 * <ul>
 *   <li>{@code Entrance}: taking requests in. {@code QueueBudget}: how much a lane may hold.
 *   <li>{@code Request}: one call, its outcome and its charge. {@code RequestItems}: its items,
 *       from unmade to running. {@code ItemMakers}: how they are made.
 *   <li>{@code CallingThread}: a caller that waits. {@code ResultFuture}: one that does not.
 *       {@code Recipient}: either of them.
 *   <li>{@code Dispatcher}: where requests are left, run slots, and who gets the next batch.
 *       {@code IdleWorkers}: who sleeps. {@code WorkerCrew}: the threads. {@code Errand}: what each
 *       does once.
 *   <li>{@code SchedulerLock}: the only way to the {@code Scheduler}: what waits and what runs
 *       next. {@code Underway}: what has not ended, and its end. {@code Outbox}: what is to be told
 *       of it.
 *   <li>{@code RegisteredFunction}: a function, its limits and its pace. {@code FairShare}: the
 *       turns of flows. {@code Flow}: the turns of requests of one function and lane. {@code Line}:
 *       requests of about one size. {@code Promises}: those with deadlines.
 *   <li>{@code Batch}: items that run together. {@code BatchRunner}: running them, and blame.
 *       {@code Events}: telling the listener.
 * </ul>
 *
 * <p>Every public type but the builder is thread-safe.
 */
@NullMarked
package io.github.bge4j.batching;

import org.jspecify.annotations.NullMarked;
