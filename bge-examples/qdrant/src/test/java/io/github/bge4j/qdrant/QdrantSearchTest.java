package io.github.bge4j.qdrant;

/** The contract of the search on the stand-in. */
final class QdrantSearchTest extends SearchContract {

  QdrantSearchTest() {
    super(TestServer.Kind.DOUBLE);
  }
}
