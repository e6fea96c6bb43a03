package io.github.bge4j.internal.graph;

/** How the linear layers of an encoder are computed. */
interface LinearLayers {

  /**
   * Adds {@code x W^T + b}.
   *
   * @param x of {@code [rows, in]}
   * @param norm name of the LayerNorm that made it
   * @return name of the result, {@code [rows, out]}
   */
  String linear(String name, String x, String norm, int out, int in);

  /**
   * Adds {@code x W^T}.
   *
   * @param x of {@code [rows, in]}; in integers not what a LayerNorm made
   * @return name of the result, {@code [rows, out]}
   */
  String multiply(String name, String x, int out, int in);
}
