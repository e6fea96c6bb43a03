package io.github.bge4j.internal.checkpoint;

import io.github.bge4j.Pooling;
import java.util.List;

/**
 * How a dense vector is made of the states of a text's tokens. Immutable.
 *
 * @param pooling at least one; the results of several stand one after the other in the vector
 * @param steps what is done to the pooled vector, in order
 * @param unitLength whether the vector is scaled to length 1 (L2) in the end
 * @param poolsPrompt whether the tokens of a prompt are pooled like those of the text
 */
public record VectorRecipe(
    List<Pooling> pooling, List<Step> steps, boolean unitLength, boolean poolsPrompt) {

  /** What FlagEmbedding does with every BGE model, and where no file says anything else. */
  public static final VectorRecipe BGE = ofStates(Pooling.CLS);

  /** Copies the lists. */
  public VectorRecipe {
    pooling = List.copyOf(pooling);
    steps = List.copyOf(steps);
  }

  private static VectorRecipe ofStates(Pooling pooling) {
    return new VectorRecipe(List.of(pooling), List.of(), true, true);
  }

  /** Returns this recipe with another pooling. */
  public VectorRecipe withPooling(Pooling other) {
    return new VectorRecipe(List.of(other), steps, unitLength, poolsPrompt);
  }

  /** Returns whether the first token's state alone is needed. */
  public boolean needsFirstTokensOnly() {
    return pooling.equals(List.of(Pooling.CLS));
  }

  /** Something that is done to a pooled vector. */
  public sealed interface Step {}

  /** {@code activation(W x + b)}. */
  public record Dense(Linear layer, Activation activation) implements Step {}

  /**
   * Layer normalization.
   *
   * @param weight {@code [size]}
   * @param bias {@code [size]}
   */
  public record LayerNorm(WeightReference weight, WeightReference bias) implements Step {

    /** What {@code torch.nn.LayerNorm} adds to the variance. */
    public static final double EPSILON = 1e-5;
  }

  /** Division by the length (L2), or by 1e-12 if that is more. */
  public record UnitLength() implements Step {}

  /** What follows a {@link Dense} layer; the names are those of {@code torch.nn}. */
  public enum Activation {
    /** Nothing. */
    IDENTITY("Identity"),
    /** Hyperbolic tangent. */
    TANH("Tanh"),
    /** {@code max(x, 0)}. */
    RELU("ReLU"),
    /** The exact one, by erf. */
    GELU("GELU"),
    /** {@code 1 / (1 + exp(-x))}. */
    SIGMOID("Sigmoid"),
    /** {@code x sigmoid(x)}. */
    SILU("SiLU");

    private final String torchName;

    Activation(String torchName) {
      this.torchName = torchName;
    }

    /** Returns the name of the class in {@code torch.nn}. */
    String torchName() {
      return torchName;
    }
  }
}
