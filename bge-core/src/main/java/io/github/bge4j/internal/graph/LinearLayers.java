package io.github.bge4j.internal.graph;

import org.jspecify.annotations.Nullable;

/** How the linear layers of an encoder are computed. */
interface LinearLayers {

  /**
   * What a layer is given.
   *
   * @param name of the value, {@code [rows, in]}
   * @param norm name of the weights of the LayerNorm that made it; null for anything else
   */
  record Rows(String name, @Nullable String norm) {

    static Rows of(String name) {
      return new Rows(name, null);
    }
  }

  /**
   * Adds {@code x W^T + b}.
   *
   * @return name of the result, {@code [rows, out]}
   */
  String linear(String name, Rows x, int out, int in);

  /** Adds {@code x W^T}, for where the bias is added by what follows at no cost. */
  String multiply(String name, Rows x, int out, int in);
}
