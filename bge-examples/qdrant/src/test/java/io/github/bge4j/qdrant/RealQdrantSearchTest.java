package io.github.bge4j.qdrant;

/** The contract of the search on a real server, where there is one. */
final class RealQdrantSearchTest extends SearchContract {

  RealQdrantSearchTest() {
    super(TestServer.Kind.REAL);
  }
}
