package io.github.bge4j.examples.cli;

/** One line of a file without its end; numbers count from 1. */
record Line(long number, String content) {}
