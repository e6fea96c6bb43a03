module consumer {
  requires io.github.bge4j;
}
