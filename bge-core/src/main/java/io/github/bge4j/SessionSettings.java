package io.github.bge4j;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a model is opened.
 *
 * @param pooling null for the model's own
 */
record SessionSettings(@Nullable Pooling pooling, int threadsPerRun, Path cacheFolder) {}
