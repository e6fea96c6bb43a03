/** BGE embeddings and reranking in the JVM's own process. */
module io.github.bge4j {
  exports io.github.bge4j;

  requires static transitive org.jspecify;
  requires transitive io.github.bge4j.sparse;
  requires transitive io.github.bge4j.batching;
  requires ai.djl.tokenizers;
  requires com.google.gson;
  requires com.microsoft.onnxruntime;
  requires java.logging;
  // Needed by ai.djl, an automatic module that cannot say so itself.
  requires org.slf4j;
}
