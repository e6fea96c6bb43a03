/** Lexical weights into sparse vectors; needs nothing but the JDK. */
module io.github.bge4j.sparse {
  exports io.github.bge4j.sparse;

  requires static transitive org.jspecify;
}
