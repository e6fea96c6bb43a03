package io.github.bge4j.examples.cli;

import io.github.bge4j.ModelSource;
import org.jspecify.annotations.Nullable;

/**
 * A model that {@code --model} names.
 *
 * @param queryInstruction what it wants before a query; null for what its files and name say
 */
record FoundModel(ModelSource source, @Nullable String queryInstruction) {}
