package io.github.bge4j.internal.runtime;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.github.bge4j.InferenceException;
import io.github.bge4j.ModelException;
import io.github.bge4j.Output;
import io.github.bge4j.batching.BatchContext;
import io.github.bge4j.internal.graph.EncoderGraph;
import io.github.bge4j.internal.text.PackedBatch;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A ready ONNX file of an encoder or cross-encoder, run as it is; its texts must have equal lengths
 * within a batch. Where it gives token states, a small graph of our own makes answers of them.
 */
public final class ReadyModel implements EncoderSession {

  private final OnnxModel model;
  private final InputBinding inputs;
  private final ReadyOutputs outputs;
  private final boolean mixesTexts;
  private final @Nullable CompiledModel heads;
  private final Set<Output> given;
  private int dimension;

  private ReadyModel(
      OnnxModel model,
      InputBinding inputs,
      ReadyOutputs outputs,
      @Nullable CompiledModel heads,
      boolean mixesTexts) {
    this.model = model;
    this.inputs = inputs;
    this.outputs = outputs;
    this.heads = heads;
    this.mixesTexts = mixesTexts;
    Set<Output> all = EnumSet.noneOf(Output.class);
    all.addAll(outputs.answers().keySet());
    if (heads != null) {
      all.addAll(heads.outputs());
    }
    this.given = Collections.unmodifiableSet(all);
  }

  /**
   * Opens a file; external data are found beside it.
   *
   * @param threadsPerRun cores that one run uses
   * @param wanted what it shall give
   * @param mixesTexts whether the results of a text depend on those beside it
   * @param probe run once, so that a model that cannot run fails here
   * @throws ModelException if the file cannot be used
   */
  public static EncoderSession open(
      Path path,
      int threadsPerRun,
      ReadyHeads wanted,
      boolean mixesTexts,
      Supplier<PackedBatch> probe) {
    return open(OnnxModel.open(path, threadsPerRun), threadsPerRun, wanted, mixesTexts, probe);
  }

  /** Opens the content of a file, which must be without external data. */
  public static EncoderSession open(
      byte[] bytes,
      String name,
      int threadsPerRun,
      ReadyHeads wanted,
      boolean mixesTexts,
      Supplier<PackedBatch> probe) {
    return open(
        OnnxModel.open(bytes, name, threadsPerRun), threadsPerRun, wanted, mixesTexts, probe);
  }

  private static EncoderSession open(
      OnnxModel model,
      int threadsPerRun,
      ReadyHeads wanted,
      boolean mixesTexts,
      Supplier<PackedBatch> probe) {
    CompiledModel heads = null;
    boolean opened = false;
    try {
      InputBinding inputs = InputBinding.of(model);
      ReadyOutputs outputs = ReadyOutputs.of(model, wanted);
      PackedBatch batch = probe.get();
      ReadyHeads.Compiler compiler = wanted.ofStates();
      if (compiler != null && outputs.states() != null) {
        heads = openHeads(model, inputs, outputs, compiler, threadsPerRun, batch);
      }
      ReadyModel ready = new ReadyModel(model, inputs, outputs, heads, mixesTexts);
      EncoderOutput output = ready.run(batch, ready.given, null);
      float[] rows = outputs.logits() == null ? output.dense() : output.logits();
      ready.dimension = Objects.requireNonNull(rows).length / batch.texts();
      opened = true;
      return ready;
    } catch (InferenceException e) {
      throw new ModelException("model must run: " + model.name() + ": " + e.getMessage(), e);
    } finally {
      if (!opened) {
        close(heads, model);
      }
    }
  }

  /** The width of the states shows only when the model runs. */
  private static CompiledModel openHeads(
      OnnxModel model,
      InputBinding inputs,
      ReadyOutputs outputs,
      ReadyHeads.Compiler compiler,
      int threadsPerRun,
      PackedBatch batch) {
    TensorInfo states = run(
        model,
        inputs,
        batch,
        outputs.names(Set.of(Output.DENSE)),
        null,
        result -> outputs.states(result, batch).getInfo());
    EncoderGraph graph =
        compiler.compile((int) states.getShape()[2], states.type == OnnxJavaType.FLOAT16);
    return CompiledModel.openHeads(graph, model.name(), threadsPerRun);
  }

  @Override
  public int dimension() {
    return dimension;
  }

  @Override
  public Set<Output> outputs() {
    return given;
  }

  @Override
  public boolean mixesTexts() {
    return mixesTexts;
  }

  @Override
  public EncoderOutput run(PackedBatch batch, Set<Output> asked, @Nullable BatchContext context) {
    EncoderOutput output = run(
        model, inputs, batch, outputs.names(asked), context, result -> read(result, batch, asked));
    return output.requireFinite(model.name());
  }

  private static <T> T run(
      OnnxModel model,
      InputBinding inputs,
      PackedBatch batch,
      Set<String> names,
      @Nullable BatchContext context,
      OnnxModel.ResultReader<T> reader) {
    try (InputTensors tensors = new InputTensors()) {
      inputs.fill(tensors, batch, batch.commonLength());
      return model.run(tensors.byName(), names, context, reader);
    }
  }

  private EncoderOutput read(OrtSession.Result result, PackedBatch batch, Set<Output> asked) {
    if (outputs.logits() != null) {
      return EncoderOutput.ofLogits(outputs.logits(result, batch));
    }
    EncoderOutput answers = new EncoderOutput(
        outputs.answer(result, Output.DENSE, batch),
        outputs.answer(result, Output.SPARSE, batch),
        outputs.answer(result, Output.MULTI_VECTOR, batch),
        null);
    Set<Output> ofStates = EnumSet.copyOf(asked);
    ofStates.removeAll(outputs.answers().keySet());
    if (heads == null || ofStates.isEmpty()) {
      return answers;
    }
    OnnxTensor states = outputs.states(result, batch);
    return answers.orElse(heads.runHeads(states, batch, ofStates));
  }

  @Override
  public void close() {
    close(heads, model);
  }

  private static void close(@Nullable CompiledModel heads, OnnxModel model) {
    try (model) {
      if (heads != null) {
        heads.close();
      }
    }
  }
}
