package io.github.bge4j.internal.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;
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
import org.jspecify.annotations.Nullable;

/** An encoder graph of our own; the texts of a batch must have one length. */
public final class CompiledModel implements EncoderSession {

  private final OnnxModel model;
  private final @Nullable LoneSession lone;
  private final Set<Output> outputs;
  private final int hiddenSize;
  private final int denseSize;
  private final int paddingIndex;
  private final boolean takesTypes;
  /** Names of outputs, and of the inputs that switch them on, as the graph has them. */
  private final Map<Output, String> names = new EnumMap<>(Output.class);

  private final Map<Output, String> switches = new EnumMap<>(Output.class);

  /** Does not keep the graph: the model has a copy of its bytes. */
  private CompiledModel(EncoderGraph graph, OnnxModel model, @Nullable LoneSession lone) {
    this.model = model;
    this.lone = lone;
    this.outputs = graph.outputs();
    this.hiddenSize = graph.hiddenSize();
    this.denseSize = graph.denseSize();
    this.paddingIndex = graph.paddingIndex();
    this.takesTypes = graph.takesTypes();
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
  public static EncoderSession open(
      EncoderGraph graph, String name, int threadsPerRun, int threadsOfLoneRun) {
    OnnxModel model = OnnxModel.open(graph.model(), graph.weightsFolder(), name, threadsPerRun, 0);
    return new CompiledModel(
        graph,
        model,
        threadsOfLoneRun > threadsPerRun ? new LoneSession(graph, name, threadsOfLoneRun) : null);
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
  public EncoderOutput run(PackedBatch batch, Set<Output> asked, @Nullable BatchContext context) {
    try (InputTensors inputs = new InputTensors()) {
      fillTokens(inputs, batch);
      fillTexts(inputs, batch, asked);
      LoneSession.Run run = session -> session
          .run(inputs.byName(), names(asked), context, this::read)
          .requireFinite(model.name());
      return lone != null && context != null && context.isAlone()
          ? lone.run(run, model, context, batch.tokenIds().length)
          : run.on(model);
    }
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
    inputs.put(EncoderGraph.POSITIONS, positions(batch), tokens);
    if (takesTypes) {
      inputs.put(EncoderGraph.TOKEN_TYPES, batch.tokenTypes(), tokens);
    }
  }

  private void fillTexts(InputTensors inputs, PackedBatch batch, Set<Output> asked) {
    inputs.put(
        EncoderGraph.FIRST_TOKENS, Arrays.copyOf(batch.offsets(), batch.texts()), batch.texts());
    long[] shape = {batch.texts(), batch.commonLength(), hiddenSize};
    inputs.put(EncoderGraph.ATTENTION_SHAPE, shape, shape.length);
    switches.forEach((output, name) -> inputs.put(name, asked.contains(output)));
  }

  /**
   * Rows of the position table. BERT counts from 0. XLM-RoBERTa counts from {@code padding + 1} and
   * gives a padding token in the text the position {@code padding}, without counting it
   * ({@code create_position_ids_from_input_ids}).
   */
  private int[] positions(PackedBatch batch) {
    int[] ids = batch.tokenIds();
    int[] positions = new int[ids.length];
    for (int text = 0; text < batch.texts(); text++) {
      int position = paddingIndex;
      for (int i = batch.offsets()[text]; i < batch.offsets()[text + 1]; i++) {
        positions[i] = ids[i] == paddingIndex ? paddingIndex : ++position;
      }
    }
    return positions;
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
        : result
            .get(name)
            .map(value -> ((OnnxTensor) value).getFloatBuffer().array())
            .orElse(null);
  }

  @Override
  public void close() {
    model.close();
    if (lone != null) {
      lone.close();
    }
  }
}
