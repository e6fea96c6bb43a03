package io.github.bge4j.benchmarks;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Documents, queries and judgements in the layout of BEIR, as the peers embed them: documents as
 * title and text, queries behind the English instruction. Blank documents, which one of the peers
 * refuses, are left out.
 */
final class JudgedCorpus {

  private static final String INSTRUCTION =
      "Represent this sentence for searching relevant passages: ";

  private static final int DEPTH = 10;

  private final Map<String, String> documents = new LinkedHashMap<>();
  private final Map<String, String> queries = new LinkedHashMap<>();
  private final Map<String, Map<String, Integer>> judgements = new HashMap<>();

  /** Reads {@code corpus.jsonl}, {@code queries.jsonl} and {@code qrels.tsv} of a folder. */
  JudgedCorpus(Path folder) throws IOException {
    try (Stream<String> lines = Files.lines(folder.resolve("qrels.tsv"))) {
      lines
          .map(line -> line.split("\t", -1))
          .filter(row -> !row[0].equals("query-id"))
          .forEach(row -> judgements
              .computeIfAbsent(row[0], query -> new HashMap<>())
              .put(row[1], Integer.parseInt(row[2].trim())));
    }
    read(folder.resolve("corpus.jsonl"), documents);
    read(folder.resolve("queries.jsonl"), queries);
    queries.keySet().retainAll(judgements.keySet());
  }

  private static void read(Path file, Map<String, String> texts) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      lines.map(line -> JsonParser.parseString(line).getAsJsonObject()).forEach(line -> {
        String title = text(line, "title");
        String text = text(line, "text");
        if (!title.isEmpty()) {
          text = title + " " + text;
        }
        if (!text.isBlank()) {
          texts.put(text(line, "_id"), text);
        }
      });
    }
  }

  private static String text(JsonObject line, String field) {
    return line.has(field) ? line.get(field).getAsString() : "";
  }

  int size() {
    return documents.size();
  }

  /** Returns {@code limit} documents at most, evenly taken. */
  List<String> passages(int limit) {
    return some(List.copyOf(documents.values()), limit);
  }

  /** Returns {@code limit} queries at most with their instruction, evenly taken. */
  List<String> questions(int limit) {
    return some(queries.values().stream().map(INSTRUCTION::concat).toList(), limit);
  }

  /** Returns the first query as it is. */
  String question() {
    return queries.values().iterator().next();
  }

  private static List<String> some(List<String> all, int limit) {
    int count = Math.min(limit, all.size());
    return IntStream.range(0, count)
        .mapToObj(i -> all.get((int) ((long) i * all.size() / count)))
        .toList();
  }

  /** Returns how many tokens of each text the model reads. */
  static long[] tokens(Path tokenizer, List<String> texts) throws IOException {
    Map<String, String> options =
        Map.of("truncation", "true", "maxLength", "512", "modelMaxLength", "512");
    try (HuggingFaceTokenizer own = HuggingFaceTokenizer.newInstance(tokenizer, options)) {
      return texts.stream().mapToLong(text -> own.encode(text).getIds().length).toArray();
    }
  }

  /**
   * Returns the mean nDCG@10 (gain 2^score - 1) of all queries.
   *
   * @param passageVectors of all documents, in order
   * @param questionVectors of all queries, in order
   */
  double ndcg(float[][] passageVectors, float[][] questionVectors) {
    List<String> ids = List.copyOf(documents.keySet());
    List<String> questions = List.copyOf(queries.keySet());
    double sum = 0;
    for (int q = 0; q < questions.size(); q++) {
      float[] question = questionVectors[q];
      double[] scores = Arrays.stream(passageVectors)
          .mapToDouble(passage -> cosine(question, passage))
          .toArray();
      Map<String, Integer> judged = judgements.getOrDefault(questions.get(q), Map.of());
      List<Integer> found = IntStream.range(0, ids.size())
          .boxed()
          .sorted(Comparator.comparingDouble(i -> -scores[i]))
          .limit(DEPTH)
          .map(i -> judged.getOrDefault(ids.get(i), 0))
          .toList();
      List<Integer> ideal = new ArrayList<>(judged.values());
      ideal.sort(Comparator.reverseOrder());
      double best = gain(ideal);
      sum += best == 0 ? 0 : gain(found) / best;
    }
    return sum / questions.size();
  }

  private static double gain(List<Integer> scores) {
    return IntStream.range(0, Math.min(DEPTH, scores.size()))
        .mapToDouble(i ->
            (Math.pow(2, Math.max(0, scores.get(i))) - 1) * Math.log(2) / Math.log(i + 2))
        .sum();
  }

  static double cosine(float[] left, float[] right) {
    double product = 0;
    double leftSquares = 0;
    double rightSquares = 0;
    for (int i = 0; i < left.length; i++) {
      product += (double) left[i] * right[i];
      leftSquares += (double) left[i] * left[i];
      rightSquares += (double) right[i] * right[i];
    }
    return product / Math.sqrt(leftSquares * rightSquares);
  }
}
