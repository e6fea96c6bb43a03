package io.github.bge4j.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A folder in the layout of the BEIR benchmarks: {@code corpus.jsonl}, {@code queries.jsonl} and
 * {@code qrels.tsv} or {@code qrels/test.tsv}. Every call reads its file again.
 */
final class BeirDataset {

  private final Path corpus;
  private final Path queries;
  private final Path judgements;

  /** Names the files of a folder and another set of queries in it; none is read. */
  BeirDataset(Path directory, String querySet) {
    this.corpus = directory.resolve("corpus.jsonl");
    this.queries = directory.resolve(querySet + ".jsonl");
    this.judgements = directory.resolve(querySet + ".tsv");
  }

  /** Names the files of a folder; none is read. */
  BeirDataset(Path directory) {
    this.corpus = directory.resolve("corpus.jsonl");
    this.queries = directory.resolve("queries.jsonl");
    Path flat = directory.resolve("qrels.tsv");
    Path nested = directory.resolve("qrels").resolve("test.tsv");
    this.judgements = !Files.exists(flat) && Files.exists(nested) ? nested : flat;
  }

  /** Returns what messages call the corpus. */
  String corpusName() {
    return corpus.toString();
  }

  /** Returns what messages call the queries. */
  String queriesName() {
    return queries.toString();
  }

  /** Opens the documents for reading; the caller closes them. */
  DocumentReader openCorpus() {
    return DocumentReader.openCorpus(corpus);
  }

  /** Returns the documents in the order of their file. */
  List<Document> readDocuments() throws IOException {
    List<Document> documents = new ArrayList<>();
    try (DocumentReader reader = openCorpus()) {
      reader.forEachRemaining(documents::add);
    }
    if (documents.isEmpty()) {
      throw new UsageException(corpus + " must have at least one document: it has none; add some");
    }
    return documents;
  }

  /** Returns the queries with at least one relevant document, in the order of their file. */
  List<Query> readQueries(List<Document> documents) throws IOException {
    Map<String, Text> texts = readTexts();
    Set<String> documentIds = documents.stream().map(Document::id).collect(Collectors.toSet());
    Map<String, Map<String, Integer>> scores = readScores(texts.keySet(), documentIds);
    List<Query> result = new ArrayList<>();
    texts.forEach((id, text) -> {
      Query query = new Query(id, text, scores.getOrDefault(id, Map.of()));
      if (query.hasRelevant()) {
        result.add(query);
      }
    });
    if (result.isEmpty()) {
      throw new UsageException(
          judgements + " must judge a document relevant: none has a score above 0; add judgements");
    }
    return result;
  }

  private Map<String, Map<String, Integer>> readScores(
      Set<String> queryIds, Set<String> documentIds) throws IOException {
    try (LineReader lines = new LineReader(Input.open(judgements))) {
      return new JudgementReader(lines, queries.getFileName().toString(), queryIds, documentIds)
          .read();
    }
  }

  /** Returns the texts of the queries by their ids, in the order of their file. */
  private Map<String, Text> readTexts() throws IOException {
    Map<String, Text> texts = new LinkedHashMap<>();
    try (LineReader lines = new LineReader(Input.open(queries))) {
      JsonLineParser parser = new JsonLineParser(lines.name(), "correct the line", "text");
      for (Line line = lines.next(); line != null; line = lines.next()) {
        if (line.content().isBlank()) {
          continue;
        }
        JsonNode object = parser.parse(line);
        Text text = new Text(line.number(), object.path("text").textValue());
        LineId id = LineId.required(lines.name(), line, object, "query");
        if (texts.putIfAbsent(id.value(), text) != null) {
          throw id.twice(lines.name(), line);
        }
      }
    }
    return texts;
  }
}
