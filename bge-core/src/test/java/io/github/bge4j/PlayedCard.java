package io.github.bge4j;

import ai.onnxruntime.OrtException;
import io.github.bge4j.batching.BatchContext;
import io.github.bge4j.internal.runtime.EncoderOutput;
import io.github.bge4j.internal.runtime.EncoderSession;
import io.github.bge4j.internal.text.PackedBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A session on the CPU as one that packs: it runs each text of a batch by itself. Thread-safe. */
final class PlayedCard implements EncoderSession {

  /** Tokens of a run, unless a test says otherwise. */
  static final int MAX_RUN_TOKENS = 1_024;

  private final EncoderSession session;
  /** What happens before a run, which it may keep from taking place. */
  volatile Consumer<PackedBatch> onRun = batch -> {};
  /** Tokens of each run that began, in order. */
  final List<Integer> tokens = new CopyOnWriteArrayList<>();

  final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  final AtomicInteger inFlight = new AtomicInteger();
  final AtomicInteger mostInFlight = new AtomicInteger();

  PlayedCard(EncoderSession session) {
    this.session = session;
  }

  /** Returns what a session throws when ONNX Runtime has said this. */
  static InferenceException failure(String said) {
    return new InferenceException("a run failed: " + said, new OrtException(said));
  }

  static InferenceException lost() {
    return failure("CUDA failure 719: unspecified launch failure ; GPU=0 ; hostname=h");
  }

  @Override
  public Set<Output> outputs() {
    return session.outputs();
  }

  @Override
  public int dimension() {
    return session.dimension();
  }

  @Override
  public boolean packs() {
    return true;
  }

  @Override
  public int maxRunTokens() {
    return MAX_RUN_TOKENS;
  }

  @Override
  public EncoderOutput run(PackedBatch batch, Set<Output> asked, @Nullable BatchContext context) {
    tokens.add(batch.tokenIds().length);
    threads.add(Thread.currentThread());
    mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
    try {
      onRun.accept(batch);
      List<EncoderOutput> outputs = new ArrayList<>();
      for (int text = 0; text < batch.texts(); text++) {
        outputs.add(session.run(alone(batch, text), asked, context));
      }
      return new EncoderOutput(
          join(outputs, EncoderOutput::dense),
          join(outputs, EncoderOutput::tokenWeights),
          join(outputs, EncoderOutput::multiVectors),
          join(outputs, EncoderOutput::logits));
    } finally {
      inFlight.decrementAndGet();
    }
  }

  private static PackedBatch alone(PackedBatch batch, int text) {
    int from = batch.offsets()[text];
    int to = batch.offsets()[text + 1];
    return new PackedBatch(
        Arrays.copyOfRange(batch.tokenIds(), from, to),
        new int[] {0, to - from},
        new int[] {batch.firstSegments()[text]});
  }

  private static float @Nullable [] join(
      List<EncoderOutput> outputs, Function<EncoderOutput, float @Nullable []> part) {
    float[] all = {};
    for (EncoderOutput output : outputs) {
      float[] one = part.apply(output);
      if (one == null) {
        return null;
      }
      int size = all.length;
      all = Arrays.copyOf(all, size + one.length);
      System.arraycopy(one, 0, all, size, one.length);
    }
    return all;
  }

  @Override
  public void close() {
    session.close();
  }
}
