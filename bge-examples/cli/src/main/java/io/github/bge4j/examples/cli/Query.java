package io.github.bge4j.examples.cli;

import java.util.Map;

/**
 * A question to search for.
 *
 * @param judgements relevance by document id; a document that is missing is not relevant
 */
record Query(String id, Text text, Map<String, Integer> judgements) {

  /** Returns a question nobody has judged anything for. */
  static Query ask(int number, String question) {
    return new Query(Integer.toString(number), new Text(number, question), Map.of());
  }

  /** Returns whether a document answers the question at least in part. */
  boolean isRelevant(String documentId) {
    return judgements.getOrDefault(documentId, 0) > 0;
  }

  /** Returns whether there is anything to find. */
  boolean hasRelevant() {
    return judgements.keySet().stream().anyMatch(this::isRelevant);
  }
}
