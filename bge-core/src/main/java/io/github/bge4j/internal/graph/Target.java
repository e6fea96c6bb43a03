package io.github.bge4j.internal.graph;

import io.github.bge4j.Precision;
import io.github.bge4j.internal.checkpoint.DType;
import java.util.List;

/**
 * What a graph is compiled for: the operators of a device, and the numbers of its linear layers.
 *
 * <p>On a CPU the texts of a run have one length; on CUDA texts of any lengths lie end to end.
 */
public final class Target {

  private final boolean packs;
  private final Precision precision;
  private final String attentionDomain;
  private final byte[] attention;

  private Target(boolean packs, Precision precision, String attentionDomain, byte[] attention) {
    this.packs = packs;
    this.precision = precision;
    this.attentionDomain = attentionDomain;
    this.attention = attention;
  }

  /**
   * Returns a CPU as target.
   *
   * @param precision {@link Precision#FP32} or {@link Precision#INT8}
   * @throws IllegalArgumentException if it is another
   */
  public static Target cpu(Precision precision) {
    if (precision == Precision.FP16) {
      throw new IllegalArgumentException("there is no graph for a CPU in " + precision);
    }
    return new Target(false, precision, "", new byte[0]);
  }

  /**
   * Returns a CUDA card as target.
   *
   * @param precision {@link Precision#FP16} or {@link Precision#FP32}
   * @throws IllegalArgumentException if it is another
   */
  public static Target cuda(Precision precision) {
    return packed(precision, OnnxGraphBuilder.MICROSOFT, new byte[0]);
  }

  /**
   * Returns a target of the same graph as a CUDA card, but for the domain of its attention.
   *
   * @param attention what runs there: a function of the model, a serialized {@code FunctionProto};
   *     empty for an operator of the runtime; not copied
   */
  static Target packed(Precision precision, String attentionDomain, byte[] attention) {
    if (precision == Precision.INT8) {
      throw new IllegalArgumentException("there is no graph for CUDA in " + precision);
    }
    return new Target(true, precision, attentionDomain, attention);
  }

  /** Returns whether texts of any lengths lie end to end; else all of a run have one length. */
  boolean packs() {
    return packs;
  }

  /** Returns whether linear layers compute in 8-bit integers. */
  boolean isQuantized() {
    return precision == Precision.INT8;
  }

  /** Returns the type of the states of tokens, and of weights that are not in integers. */
  DType stateType() {
    return precision == Precision.FP16 ? DType.F16 : DType.F32;
  }

  String attentionDomain() {
    return attentionDomain;
  }

  /** Returns the function that attention is; empty if the runtime has it. */
  byte[] attention() {
    return attention;
  }

  /** Returns states in fp32: as they are, or with a node of this name. */
  String widened(OnnxGraphBuilder graph, String name, String states) {
    long wide = DType.F32.onnxType();
    return stateType() == DType.F32
        ? states
        : graph.node("Cast", "", name, List.of(states), OnnxGraphBuilder.attribute("to", wide));
  }
}
