/** Worker threads and batching for model inference; knows nothing of models. */
module io.github.bge4j.batching {
  exports io.github.bge4j.batching;

  requires static transitive org.jspecify;
  requires org.slf4j;
}
