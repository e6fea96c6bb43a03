package io.github.bge4j.examples.cli;

import io.github.bge4j.TextPair;

/** A query with a passage and the line they came from. */
record Pair(long line, TextPair texts) {}
