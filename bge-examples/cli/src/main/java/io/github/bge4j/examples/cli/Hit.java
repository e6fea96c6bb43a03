package io.github.bge4j.examples.cli;

/** A document that a search found. */
record Hit(Document document, double score) {}
