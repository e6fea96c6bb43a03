package io.github.bge4j.examples.cli;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Reads lines of query id, document id and relevance, with tabs between them. */
final class JudgementReader {

  private static final String HEADER = "query-id\tcorpus-id\tscore";

  /** The gain 2^1000 is still a finite number. */
  private static final int MAX_SCORE = 1000;

  private final LineReader lines;
  private final String queriesFile;
  private final Set<String> queryIds;
  private final Set<String> documentIds;
  private final Map<String, Map<String, Integer>> judgements = new HashMap<>();

  /** Makes a reader on lines that it does not close. */
  JudgementReader(
      LineReader lines, String queriesFile, Set<String> queryIds, Set<String> documentIds) {
    this.lines = lines;
    this.queriesFile = queriesFile;
    this.queryIds = queryIds;
    this.documentIds = documentIds;
  }

  /** Returns relevance by query id and document id. */
  Map<String, Map<String, Integer>> read() {
    for (Line line = lines.next(); line != null; line = lines.next()) {
      boolean header = line.number() == 1 && line.content().equals(HEADER);
      if (!header && !line.content().isBlank()) {
        add(line);
      }
    }
    return judgements;
  }

  private void add(Line line) {
    String[] cells = line.content().split("\t", -1);
    if (cells.length != 3) {
      throw refusal(
          line,
          "a judgement must be query id, document id and score, with tabs between: found "
              + cells.length + " cells; correct the line");
    }
    requireKnown(line, queryIds.contains(cells[0]), "query id", queriesFile);
    requireKnown(line, documentIds.contains(cells[1]), "document id", "corpus.jsonl");
    Integer earlier = judgements
        .computeIfAbsent(cells[0], id -> new HashMap<>())
        .putIfAbsent(cells[1], score(line, cells[2]));
    if (earlier != null) {
      throw refusal(line, "a pair must be judged once: an earlier line has it; remove one");
    }
  }

  private void requireKnown(Line line, boolean known, String what, String file) {
    if (!known) {
      throw refusal(
          line, "the " + what + " must be in " + file + ": it is not; add it or remove the line");
    }
  }

  private int score(Line line, String cell) {
    int score;
    try {
      score = Integer.parseInt(cell.strip());
    } catch (NumberFormatException e) {
      throw UsageException.at(
          lines.name(),
          line.number(),
          "the score must be a whole number; correct the line, the header is "
              + HEADER.replace("\t", "<TAB>"),
          e);
    }
    if (score > MAX_SCORE) {
      throw refusal(line, "the score must be at most " + MAX_SCORE + ": " + score);
    }
    return score;
  }

  private UsageException refusal(Line line, String message) {
    return UsageException.at(lines.name(), line.number(), message);
  }
}
