package io.github.bge4j.internal.graph;

import io.github.bge4j.Output;
import io.github.bge4j.Precision;
import io.github.bge4j.internal.checkpoint.DType;
import io.github.bge4j.internal.checkpoint.Linear;
import io.github.bge4j.internal.checkpoint.ModelConfig;
import io.github.bge4j.internal.checkpoint.ModelFamily;
import io.github.bge4j.internal.checkpoint.VectorRecipe;
import io.github.bge4j.internal.checkpoint.Weights;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A compiled encoder: a small ONNX model and where its weights lie.
 *
 * @param model the ONNX model without the large weights; not copied
 * @param weightsFolder what the locations of the weights are relative to
 * @param outputs what it computes; nothing for a cross-encoder, which computes {@link #LOGITS}
 * @param hiddenSize width of the token states
 * @param denseSize width of the dense output, or the labels of a cross-encoder
 * @param paddingIndex position of a padding token; the first token has the next one. -1 for BERT,
 *     which has no such thing
 * @param takesTypes whether it has the input {@link #TOKEN_TYPES}
 * @param packs whether texts of a run may differ in length; multi-vectors are then fp16 if its
 *     states are
 */
public record EncoderGraph(
    byte[] model,
    Path weightsFolder,
    Set<Output> outputs,
    int hiddenSize,
    int denseSize,
    int paddingIndex,
    boolean takesTypes,
    boolean packs) {

  /** Input: ids of the tokens, int32 {@code [T]}. */
  public static final String TOKEN_IDS = "token_ids";

  /** Input: rows of the position table, int32 {@code [T]}. */
  public static final String POSITIONS = "positions";

  /** Input: types of the tokens, 0 or 1, int32 {@code [T]}; only where pairs have types. */
  public static final String TOKEN_TYPES = "token_types";

  /** Input: where each text begins, int32 {@code [B]}. */
  public static final String FIRST_TOKENS = "first_tokens";

  /** Input: {@code B, S, hidden}, int64 {@code [3]}; only of graphs that do not pack. */
  public static final String ATTENTION_SHAPE = "attention_shape";

  /**
   * Input: places in a table of B texts and S tokens, row by row, first of the tokens that there
   * are, then of the others, int32 {@code [B, S]}; only of graphs that pack.
   */
  public static final String TOKEN_OFFSET = "token_offset";

  /**
   * Input: where each text begins, and the end, int32 {@code [B + 1]}; only of graphs that pack.
   */
  public static final String CUMULATIVE_LENGTHS = "cumulative_lengths";

  /** Input of heads alone: states, float or fp16 {@code [B, S, hidden]}. */
  public static final String STATES = "states";

  /** Output of a cross-encoder alone: float {@code [B, labels]}. */
  public static final String LOGITS = "logits";

  /** Makes the outputs unmodifiable: callers see them. */
  public EncoderGraph {
    Set<Output> copy = EnumSet.noneOf(Output.class);
    copy.addAll(outputs);
    outputs = Collections.unmodifiableSet(copy);
  }

  /** Returns the name of an output in the graph. */
  public static String nameOf(Output output) {
    return output.name().toLowerCase(Locale.ROOT);
  }

  /** Returns the input that switches an output other than the dense one on, bool without axes. */
  public static String switchOf(Output output) {
    return "want_" + nameOf(output);
  }

  /**
   * Compiles an encoder and its heads.
   *
   * @param heads for the outputs besides the dense one
   * @param recipe how the dense vector is made, but for its scaling to length 1
   * @param target what for
   * @param cache for weights that are not usable as they lie
   * @throws io.github.bge4j.ModelException if a weight is missing or has another shape than the
   *     configuration or the recipe says, has no number in the target's type, or vectors are pooled
   *     as the target cannot
   */
  public static EncoderGraph compile(
      ModelConfig config,
      Weights weights,
      Map<Output, Linear> heads,
      VectorRecipe recipe,
      Target target,
      WeightCache cache) {
    OnnxGraphBuilder graph = new OnnxGraphBuilder("encoder");
    WeightBinder binder = new WeightBinder(weights, graph);
    boolean firstTokensOnly = recipe.needsFirstTokensOnly() && heads.isEmpty();
    String states =
        new EncoderCompiler(config, binder, graph, target, false).states(firstTokensOnly);
    HeadCompiler compiler = new HeadCompiler(graph, config.hiddenSize(), target);
    int size = compiler.dense(states, firstTokensOnly, recipe);
    Set<Output> outputs = EnumSet.of(Output.DENSE);
    heads.forEach((output, head) -> {
      compiler.tokenHead(output, states, head);
      outputs.add(output);
    });
    Path folder = binder.finish(cache);
    return new EncoderGraph(
        graph.model(),
        folder,
        outputs,
        config.hiddenSize(),
        size,
        paddingIndex(config),
        false,
        target.packs());
  }

  /**
   * Compiles what makes answers of states that another graph gives, as input {@link #STATES}.
   *
   * @param hiddenSize width of the states
   * @param halfStates whether they are fp16
   * @param heads for the outputs besides the dense one
   * @param recipe how the dense vector is made, but for its scaling to length 1
   * @throws io.github.bge4j.ModelException if a weight has another shape than the recipe says
   */
  public static EncoderGraph compileHeads(
      int hiddenSize, boolean halfStates, Map<Output, Linear> heads, VectorRecipe recipe) {
    OnnxGraphBuilder graph = new OnnxGraphBuilder("heads");
    DType type = halfStates ? DType.F16 : DType.F32;
    graph.input(STATES, type, "texts", "tokens_of_a_text", hiddenSize);
    graph.input(FIRST_TOKENS, DType.I32, "texts");
    graph.input(ATTENTION_SHAPE, DType.I64, 3);
    String shape = graph.constant("rows_shape", -1, hiddenSize);
    String wide = graph.node(
        "Cast",
        "",
        "wide_states",
        List.of(STATES),
        OnnxGraphBuilder.attribute("to", DType.F32.onnxType()));
    String states = graph.node("Reshape", "", "rows", List.of(wide, shape));
    HeadCompiler compiler = new HeadCompiler(graph, hiddenSize, Target.cpu(Precision.FP32));
    int size = compiler.dense(states, false, recipe);
    Set<Output> outputs = EnumSet.of(Output.DENSE);
    heads.forEach((output, head) -> {
      compiler.tokenHead(output, states, head);
      outputs.add(output);
    });
    return new EncoderGraph(
        graph.model(), Path.of(""), outputs, hiddenSize, size, -1, false, false);
  }

  /**
   * Compiles a cross-encoder.
   *
   * @param target what for
   * @param cache for weights that are not usable as they lie
   * @throws io.github.bge4j.ModelException if a weight is missing, has another shape than the
   *     configuration says, or no number in the target's type
   */
  public static EncoderGraph compileCrossEncoder(
      ModelConfig config, Weights weights, Target target, WeightCache cache) {
    OnnxGraphBuilder graph = new OnnxGraphBuilder("cross_encoder");
    WeightBinder binder = new WeightBinder(weights, graph);
    // XLM-RoBERTa is not given types, even if its table has more than one.
    boolean types = config.family() == ModelFamily.BERT && config.typeVocabSize() > 1;
    EncoderCompiler compiler = new EncoderCompiler(config, binder, graph, target, types);
    String logits = compiler.logits(compiler.states(true));
    new HeadCompiler(graph, config.hiddenSize(), target)
        .rowsOfTexts(LOGITS, logits, config.numLabels());
    Path folder = binder.finish(cache);
    return new EncoderGraph(
        graph.model(),
        folder,
        Set.of(),
        config.hiddenSize(),
        config.numLabels(),
        paddingIndex(config),
        types,
        target.packs());
  }

  private static int paddingIndex(ModelConfig config) {
    return config.family() == ModelFamily.XLM_ROBERTA ? config.padTokenId() : -1;
  }
}
