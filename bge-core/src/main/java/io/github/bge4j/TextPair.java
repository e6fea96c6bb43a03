package io.github.bge4j;

/**
 * A query and a passage that may answer it.
 *
 * @param query the query, may be empty
 * @param passage the passage, may be empty
 */
public record TextPair(String query, String passage) {}
