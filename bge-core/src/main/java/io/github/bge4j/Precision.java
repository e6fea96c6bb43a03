package io.github.bge4j;

/** In what numbers the linear layers of a model compute. */
public enum Precision {
  /** 32-bit floating point, as the reference computes on a CPU. The default there. */
  FP32,

  /**
   * 16-bit floating point with sums in 32 bits: what a CUDA device computes fastest, and the
   * default there. Weights of an fp16 checkpoint are read as they lie, others converted once and
   * kept in the cache directory. Refused on a CPU.
   */
  FP16,

  /**
   * 8-bit integers: weights with one scale an output, made of the same checkpoint when it is first
   * opened and kept in the cache directory, which must be on the drive of the model, and
   * activations with one scale a token. Refused on CUDA. 1.5 to 3 times as fast on a CPU, with a
   * quarter of the memory for the weights of these layers; vectors differ a little from those of
   * {@link #FP32}, so that an index and its queries should be made with one precision
   * (docs/adr/0009).
   */
  INT8
}
