package io.github.bge4j;

/**
 * One entry of the lexical weights of a text, for people to read.
 *
 * @param tokenId the token's id
 * @param token the token's text without the mark of a word's beginning; different ids may have one
 *     text
 * @param weight the token's weight, positive
 */
public record TokenWeight(int tokenId, String token, float weight) {}
