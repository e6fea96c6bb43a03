package io.github.bge4j.internal.checkpoint;

/**
 * What a cross-encoder puts on the state of the first token: {@code output(tanh(dense(state)))}.
 *
 * @param dense {@code [hidden, hidden]}
 * @param output {@code [labels, hidden]}
 */
public record Classifier(Linear dense, Linear output) {}
