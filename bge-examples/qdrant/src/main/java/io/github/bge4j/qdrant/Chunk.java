package io.github.bge4j.qdrant;

/**
 * A part of a document.
 *
 * @param number from 0
 * @param text the part itself
 * @param passage what is embedded: the text, with the title before it if that is wanted
 * @param tokens of the passage, special tokens included
 * @param last whether it is the document's last
 */
record Chunk(
    SourceDocument document, int number, String text, String passage, int tokens, boolean last) {}
