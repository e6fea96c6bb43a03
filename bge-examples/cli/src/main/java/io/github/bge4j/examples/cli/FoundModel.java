package io.github.bge4j.examples.cli;

import io.github.bge4j.ModelSource;

/**
 * A model that {@code --model} names.
 *
 * @param queryInstruction what it wants before a query
 */
record FoundModel(ModelSource source, String queryInstruction) {}
