package io.github.bge4j;

/** The settings that every open model has, checked by its builder. */
record ModelOptions(int maxTokens, Truncation truncation, int workers) {}
