package io.github.bge4j.examples.cli;

/** A text and the line it came from. */
record Text(long line, String value) {}
