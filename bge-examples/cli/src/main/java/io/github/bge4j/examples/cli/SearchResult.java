package io.github.bge4j.examples.cli;

import java.util.List;

/** A query and what was found for it, best first. */
record SearchResult(Query query, List<Hit> hits) {}
