package io.github.bge4j.benchmarks;

import java.util.List;

/** Something that scores passages for a query. */
interface RerankEngine extends AutoCloseable {

  double[] scores(String query, List<String> passages);

  @Override
  void close();
}
