package io.github.bge4j.benchmarks;

import java.util.List;

/** One way to embed passages with the bundled bge-small-en-v1.5; rivals stand behind this. */
interface Engine extends AutoCloseable {

  /** Returns one vector of length 1 a text, in input order. */
  List<float[]> embed(List<String> texts);

  /** Returns the vector of a lone text, by the engine's own way for one. */
  default float[] embedQuery(String text) {
    return embed(List.of(text)).get(0);
  }

  @Override
  void close();
}
