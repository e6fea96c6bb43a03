package io.github.bge4j;

import io.github.bge4j.batching.BatchContext;
import io.github.bge4j.internal.runtime.EncoderOutput;
import io.github.bge4j.internal.runtime.EncoderSession;
import io.github.bge4j.internal.text.PackedBatch;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Gives every text the number of its tokens. */
final class PlayedSession implements EncoderSession {

  volatile Runnable onRun = () -> {};
  volatile Consumer<PackedBatch> onBatch = batch -> {};
  volatile Consumer<BatchContext> onContext = context -> {};
  /** It packs if it is not 0. */
  volatile int maxRunTokens;

  final AtomicInteger runs = new AtomicInteger();
  final AtomicInteger largest = new AtomicInteger();

  @Override
  public Set<Output> outputs() {
    return Set.of(Output.DENSE);
  }

  @Override
  public int dimension() {
    return 1;
  }

  @Override
  public boolean packs() {
    return maxRunTokens > 0;
  }

  @Override
  public int maxRunTokens() {
    return maxRunTokens;
  }

  @Override
  public EncoderOutput run(PackedBatch batch, Set<Output> asked, @Nullable BatchContext context) {
    runs.incrementAndGet();
    largest.accumulateAndGet(batch.texts(), Math::max);
    onRun.run();
    onBatch.accept(batch);
    onContext.accept(Objects.requireNonNull(context));
    float[] logits = new float[batch.texts()];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = batch.length(i);
    }
    return new EncoderOutput(logits, null, null, logits);
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
