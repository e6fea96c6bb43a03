package io.github.bge4j.benchmarks;

import java.util.List;

/** One way to embed passages with the bundled bge-small-en-v1.5; rivals stand behind this. */
interface Engine extends AutoCloseable {

  /** Returns one vector of length 1 a text, in input order. */
  List<float[]> embed(List<String> texts);

  @Override
  void close();
}
