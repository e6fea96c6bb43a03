package io.github.bge4j;

/** The settings of an embedder, checked by its builder. */
record EmbedderOptions(
    int maxTokens, Truncation truncation, String queryInstruction, int workers) {}
