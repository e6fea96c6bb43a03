package io.github.bge4j.internal.graph;

/** How the linear layers of an encoder are computed. */
interface LinearLayers {

  /**
   * Adds {@code x W^T + b}.
   *
   * @param x name of the input, {@code [rows, in]}
   * @return name of the result, {@code [rows, out]}
   */
  String linear(String name, String x, int out, int in);

  /** Adds {@code x W^T}, for where the bias is added by what follows. */
  String multiply(String name, String x, int out, int in);
}
