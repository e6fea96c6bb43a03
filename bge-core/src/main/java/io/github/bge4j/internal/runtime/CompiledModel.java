package io.github.bge4j.internal.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;
import io.github.bge4j.InferenceException;
import io.github.bge4j.ModelException;
import io.github.bge4j.Output;
import io.github.bge4j.batching.BatchContext;
import io.github.bge4j.internal.graph.EncoderGraph;
import io.github.bge4j.internal.text.PackedBatch;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An encoder graph of our own; unless it packs, the texts of a batch must have one length.
 *
 * <p>A run that is alone may be spread over several cores, in a second session (docs/adr/0008). The
 * first such run opens it and runs on both: it is kept only if it gives the same bits. While others
 * use the cores, a spread run waits for threads that have none, so the session that is faster of
 * late is taken, for each group of lengths, and the other is tried now and then.
 */
public final class CompiledModel implements EncoderSession {

  /** Longer than the gap between two operators, far shorter than a turn of the scheduler. */
  private static final int SPIN_MICROS = 50;

  /** So rare that the 99th percentile does not show it. */
  private static final int SPREAD_RUNS_BETWEEN_TRIALS = 128;

  private static final int OTHER_RUNS_BETWEEN_TRIALS = 16;
  private static final double UNUSUAL_PACE = 1.4;

  private final OnnxModel model;
  /** What the second session is opened from; null if there shall be none, or no more. */
  private volatile @Nullable Supplier<OnnxModel> opener;
  /** Set once, after it has shown its bits. */
  private volatile @Nullable OnnxModel spread;
  /** Held while the second session is opened, and to close. */
  private final ReentrantLock opening = new ReentrantLock();
  /** Lone runs before the slower session is tried, by group of lengths; guarded by itself. */
  private final int[] untilTrial = new int[Integer.SIZE];

  private final Set<Output> outputs;
  private final int hiddenSize;
  private final int denseSize;
  private final int paddingIndex;
  private final boolean takesTypes;
  private final boolean packs;
  /** Names of outputs, and of the inputs that switch them on, as the graph has them. */
  private final Map<Output, String> names = new EnumMap<>(Output.class);

  private final Map<Output, String> switches = new EnumMap<>(Output.class);

  private CompiledModel(EncoderGraph graph, OnnxModel model, @Nullable Supplier<OnnxModel> opener) {
    this.model = model;
    this.opener = opener;
    // At first it is not known which session is faster.
    Arrays.fill(untilTrial, 1);
    this.outputs = graph.outputs();
    this.hiddenSize = graph.hiddenSize();
    this.denseSize = graph.denseSize();
    this.paddingIndex = graph.paddingIndex();
    this.takesTypes = graph.takesTypes();
    this.packs = graph.packs();
    for (Output output : outputs) {
      names.put(output, EncoderGraph.nameOf(output));
      if (output != Output.DENSE) {
        switches.put(output, EncoderGraph.switchOf(output));
      }
    }
  }

  /**
   * Opens a graph; its weights stay in the files it points to, which must not change while it is
   * open.
   *
   * @param name what messages call the model
   * @param threadsPerRun cores that one run uses
   * @param threadsOfLoneRun cores that a run uses that is alone; if more, the first such run opens
   *     a second session with packed weights of its own
   * @throws io.github.bge4j.ModelException if the runtime refuses it
   */
  public static CompiledModel open(
      EncoderGraph graph, String name, int threadsPerRun, int threadsOfLoneRun) {
    OnnxModel model = OnnxModel.open(graph.model(), graph.weightsFolder(), name, threadsPerRun, 0);
    return new CompiledModel(
        graph,
        model,
        threadsOfLoneRun > threadsPerRun
            ? () -> OnnxModel.open(
                graph.model(), graph.weightsFolder(), name, threadsOfLoneRun, SPIN_MICROS)
            : null);
  }

  /**
   * Opens a graph that packs on a CUDA card.
   *
   * @param name what messages call the model
   * @throws io.github.bge4j.DeviceException if the card cannot be used, or has too little memory
   */
  public static CompiledModel open(EncoderGraph graph, String name, CudaCard card) {
    return new CompiledModel(
        graph, OnnxModel.open(graph.model(), graph.weightsFolder(), name, card), null);
  }

  /** Opens the heads of another model's states, of which only {@link #runHeads} can be run. */
  static CompiledModel openHeads(EncoderGraph graph, String name, int threadsPerRun) {
    return new CompiledModel(graph, OnnxModel.open(graph.model(), name, threadsPerRun), null);
  }

  @Override
  public Set<Output> outputs() {
    return outputs;
  }

  @Override
  public int dimension() {
    return denseSize;
  }

  @Override
  public boolean packs() {
    return packs;
  }

  @Override
  public EncoderOutput run(PackedBatch batch, Set<Output> asked, @Nullable BatchContext context) {
    try (InputTensors inputs = new InputTensors()) {
      fillTokens(inputs, batch);
      fillTexts(inputs, batch, asked);
      Function<OnnxModel, EncoderOutput> run = session -> session
          .run(inputs.byName(), names(asked), context, this::read)
          .requireFinite(model.name());
      return context != null && context.isAlone()
          ? runAlone(run, context, batch.tokenIds().length)
          : run.apply(model);
    }
  }

  /** Runs on whichever session is faster just now. */
  EncoderOutput runAlone(Function<OnnxModel, EncoderOutput> run, BatchContext context, int tokens) {
    OnnxModel second = spread;
    if (second == null) {
      EncoderOutput output = run.apply(model);
      if (opener != null && opening.tryLock()) {
        try {
          openSpread(run, output, context);
        } finally {
          opening.unlock();
        }
      }
      return output;
    }
    OnnxModel chosen = choose(model, second, tokens);
    long start = System.nanoTime();
    EncoderOutput output = run.apply(chosen);
    ran(chosen, second, tokens, System.nanoTime() - start);
    return output;
  }

  private void openSpread(
      Function<OnnxModel, EncoderOutput> run, EncoderOutput expected, BatchContext context) {
    Supplier<OnnxModel> open = opener;
    if (open == null || spread != null) {
      return;
    }
    OnnxModel candidate = null;
    // Unless all goes well there is no second try; but who gave up waiting says nothing about it.
    opener = null;
    try {
      candidate = open.get();
      if (run.apply(candidate).hasBitsOf(expected)) {
        spread = candidate;
      }
    } catch (ModelException e) {
      // No memory for it, or the file is gone: the first session does without.
    } catch (InferenceException e) {
      opener = context.isAbandoned() ? open : null;
    } finally {
      if (spread == null && candidate != null) {
        candidate.close();
      }
    }
  }

  /** Returns the session that is faster of late, or the other if it is time to try that. */
  OnnxModel choose(OnnxModel one, OnnxModel several, int tokens) {
    boolean spreads = one.pace(tokens) == 0 || several.pace(tokens) <= one.pace(tokens);
    int group = OnnxModel.groupOf(tokens);
    synchronized (untilTrial) {
      boolean trial = untilTrial[group] == 0;
      int between = spreads ? SPREAD_RUNS_BETWEEN_TRIALS : OTHER_RUNS_BETWEEN_TRIALS;
      untilTrial[group] = trial ? between : Math.min(between, untilTrial[group] - 1);
      return spreads == trial ? one : several;
    }
  }

  /** A spread run that was slower than usual lets the other session be tried soon. */
  void ran(OnnxModel chosen, OnnxModel several, int tokens, long nanos) {
    double usual = several.pace(tokens);
    if (chosen == several && usual > 0 && nanos > UNUSUAL_PACE * usual * tokens) {
      int group = OnnxModel.groupOf(tokens);
      synchronized (untilTrial) {
        untilTrial[group] = Math.min(untilTrial[group], 1);
      }
    }
    chosen.ran(tokens, nanos);
  }

  /**
   * Makes answers of another model's states.
   *
   * @param states {@code [texts, length, hidden]}; stays the caller's to close
   */
  EncoderOutput runHeads(OnnxTensor states, PackedBatch batch, Set<Output> asked) {
    try (InputTensors inputs = new InputTensors()) {
      fillTexts(inputs, batch, asked);
      Map<String, OnnxTensor> all = new HashMap<>(inputs.byName());
      all.put(EncoderGraph.STATES, states);
      return model.run(all, names(asked), null, this::read);
    }
  }

  private Set<String> names(Set<Output> asked) {
    if (outputs.isEmpty()) {
      return Set.of(EncoderGraph.LOGITS);
    }
    Set<String> wanted = new LinkedHashSet<>();
    asked.forEach(output -> wanted.add(names.get(output)));
    return wanted;
  }

  private void fillTokens(InputTensors inputs, PackedBatch batch) {
    int tokens = batch.tokenIds().length;
    inputs.put(EncoderGraph.TOKEN_IDS, batch.tokenIds(), tokens);
    inputs.put(EncoderGraph.POSITIONS, batch.positions(paddingIndex), tokens);
    if (takesTypes) {
      inputs.put(EncoderGraph.TOKEN_TYPES, batch.tokenTypes(), tokens);
    }
  }

  private void fillTexts(InputTensors inputs, PackedBatch batch, Set<Output> asked) {
    inputs.put(
        EncoderGraph.FIRST_TOKENS, Arrays.copyOf(batch.offsets(), batch.texts()), batch.texts());
    if (packs) {
      inputs.put(EncoderGraph.TOKEN_OFFSET, batch.tokenOffset(), batch.texts(), batch.longest());
      inputs.put(EncoderGraph.CUMULATIVE_LENGTHS, batch.offsets(), batch.offsets().length);
    } else {
      long[] shape = {batch.texts(), batch.commonLength(), hiddenSize};
      inputs.put(EncoderGraph.ATTENTION_SHAPE, shape, shape.length);
    }
    switches.forEach((output, name) -> inputs.put(name, asked.contains(output)));
  }

  private EncoderOutput read(OrtSession.Result result) {
    if (outputs.isEmpty()) {
      return EncoderOutput.ofLogits(floats(result, EncoderGraph.LOGITS));
    }
    return new EncoderOutput(
        floats(result, names.get(Output.DENSE)),
        floats(result, names.get(Output.SPARSE)),
        floats(result, names.get(Output.MULTI_VECTOR)),
        null);
  }

  private static float @Nullable [] floats(OrtSession.Result result, @Nullable String name) {
    return name == null
        ? null
        : result.get(name).map(value -> OnnxModel.floats((OnnxTensor) value)).orElse(null);
  }

  @Override
  public void close() {
    try {
      model.close();
    } finally {
      closeSpread();
    }
  }

  private void closeSpread() {
    opening.lock();
    try {
      opener = null;
      OnnxModel second = spread;
      if (second != null) {
        second.close();
      }
    } finally {
      opening.unlock();
    }
  }
}
