package io.github.bge4j.lucene;

/**
 * What a bulk call did.
 *
 * @param documents how many were given
 * @param unchanged how many of them the index had already with the same content, and were not
 *     embedded again
 * @param tokens how many tokens the model read
 * @param truncated how many documents were cut to what the model reads
 */
public record BulkReport(long documents, long unchanged, long tokens, long truncated) {}
