package io.github.bge4j.examples.lucene;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.BgeEmbedderBuilder;
import io.github.bge4j.ModelSource;
import io.github.bge4j.testing.GoldenFiles;

/** The tiny models of the tests. */
final class Models {

  private Models() {}

  /** Returns a builder of a BGE-M3 of 64 components with random weights. */
  static BgeEmbedderBuilder m3() {
    return BgeEmbedder.builder().model(ModelSource.directory(GoldenFiles.path("m3")));
  }
}
