package io.github.bge4j.benchmarks;

import io.github.bge4j.benchmarks.Measurements.Measurement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The table of peers: this library beside others on the same weights and texts, in one run, engines
 * in turns over rounds, each in a process of its own that starts anew in each round.
 *
 * <p>From the project's root; the factbook corpus unless another is named, Python's peers only with
 * a Python of {@code benchmarks/peers-setup.sh}:
 *
 * <pre>
 * mvn -q -Pbenchmarks -DskipTests package
 * java -cp benchmarks/target/benchmarks.jar io.github.bge4j.benchmarks.PeersTable --dataset CRANFIELD --python VENV/bin/python
 * </pre>
 *
 * <p>{@code --rounds 5}, {@code --limit 400} (documents of a bulk call), {@code --queries 225},
 * {@code --work FOLDER} (converted models and measurements; a second start with the same folder
 * goes on, so a new run wants a new one or {@code --fresh true}), {@code --only TEXT} (engines
 * whose name has it), {@code --quality false} (no nDCG, which embeds all documents in the first
 * round).
 */
final class PeersTable {

  private static final int CHECKED_TEXTS = 32;
  private static final int WARM_QUERIES = 20;
  private static final int RERANKED = 100;
  private static final int MOST_RERANKED_TOKENS = 400;
  private static final double LEAST_COSINE = 0.9999;
  private static final double SCORE_TOLERANCE = 1e-3;

  private final Path work;
  private final JudgedCorpus corpus;
  private final List<String> passages;
  private final List<String> questions;
  private final List<String> reranked;
  private final double tokens;
  private final boolean quality;
  private float[][] expected = {};
  private float[][] expectedScores = {};

  private PeersTable(Map<String, String> options) throws IOException {
    work = Path.of(value(options, "work")).toAbsolutePath();
    corpus = new JudgedCorpus(Path.of(value(options, "dataset")));
    passages = corpus.passages(Integer.parseInt(value(options, "limit")));
    questions = corpus.questions(Integer.parseInt(value(options, "queries")));
    quality = Boolean.parseBoolean(value(options, "quality"));
    PeerFiles.write(work);
    reranked = uncut(corpus.passages(2 * RERANKED));
    tokens = Arrays.stream(tokens()).sum();
  }

  /** Returns those that fit beside a query: rerankers cut a longer pair at different places. */
  private List<String> uncut(List<String> texts) throws IOException {
    long[] lengths = JudgedCorpus.tokens(work.resolve("tokenizer.json"), texts);
    return IntStream.range(0, texts.size())
        .filter(i -> lengths[i] <= MOST_RERANKED_TOKENS)
        .limit(RERANKED)
        .mapToObj(texts::get)
        .toList();
  }

  private long[] tokens() throws IOException {
    return JudgedCorpus.tokens(work.resolve("tokenizer.json"), passages);
  }

  /**
   * Runs the rounds and writes {@code peers.md}, {@code peers.json} and {@code throughput.svg}.
   *
   * @param args options and their values
   * @throws Exception if the files cannot be read or written, or this library itself fails
   */
  public static void main(String[] args) throws Exception {
    Map<String, String> options = new TreeMap<>(Map.of(
        "dataset", "bge-examples/data/factbook",
        "rounds", "5",
        "limit", "400",
        "queries", "225",
        "work", "benchmarks/target/peers",
        "out", "benchmarks/target/peers",
        "python", "",
        "only", "",
        "quality", "true",
        "fresh", "false"));
    for (int i = 0; i + 1 < args.length; i += 2) {
      String option = args[i].replaceFirst("^--", "");
      if (options.replace(option, args[i + 1]) == null) {
        throw new IllegalArgumentException(
            "no option " + args[i] + "; there are " + options.keySet());
      }
    }
    boolean valid = new PeersTable(options).run(options);
    System.exit(valid ? 0 : 1);
  }

  private static String value(Map<String, String> options, String name) {
    return Objects.requireNonNull(options.get(name), name);
  }

  private boolean run(Map<String, String> options) throws Exception {
    String python = value(options, "python").isEmpty() ? null : value(options, "python");
    if (python != null) {
      PeerFiles.writeForPython(python, work);
    }
    Path file = work.resolve("measurements.jsonl");
    if (value(options, "fresh").equals("true")) {
      Files.deleteIfExists(file);
    }
    Measurements measurements = new Measurements(file);
    List<Peer> peers = Peer.all(work, python).stream()
        .filter(peer -> peer.name().contains(value(options, "only")))
        .toList();
    readExpected(Peer.all(work, python).get(0));
    int rounds = Integer.parseInt(value(options, "rounds"));
    for (int round = 1; round <= rounds; round++) {
      if (!measurements.has(PeersReport.GEMM, round)) {
        measurements.add(new Measurement(PeersReport.GEMM, round, gemms(), ""));
      }
      for (Peer peer : peers) {
        if (peer.leftOut() == null) {
          int now = round;
          measure(measurements, peer.name(), now, figures -> embed(peer, now, figures));
          if (!peer.rerankCommand().isEmpty()) {
            measure(measurements, peer.reranker(), now, figures -> rerank(peer, figures));
          }
        }
      }
    }
    PeersReport report = new PeersReport(peers, measurements, options, tokens(), questions.size());
    report.write(Path.of(value(options, "out")), python);
    return measurements.all().stream().noneMatch(m -> m.failure().startsWith("invalid"));
  }

  private static Map<String, Double> gemms() throws Exception {
    Map<String, Double> speeds = new LinkedHashMap<>();
    for (GemmCeiling shape : GemmCeiling.SHAPES) {
      for (int rows : GemmCeiling.ROWS) {
        speeds.put(PeersReport.gemm(shape, rows, false), shape.gigaflops(rows, false));
        speeds.put(PeersReport.gemm(shape, rows, true), shape.gigaflops(rows, true));
      }
    }
    return speeds;
  }

  private void readExpected(Peer reference) throws IOException {
    try (PeerProcess process = start(reference.command())) {
      expected = process.embed(checked(), false, true).numbers();
    }
    try (PeerProcess process = start(reference.rerankCommand())) {
      expectedScores = process.rerank(corpus.question(), reranked, true).numbers();
    }
  }

  private List<String> checked() {
    return passages.subList(0, Math.min(CHECKED_TEXTS, passages.size()));
  }

  private PeerProcess start(List<String> command) throws IOException {
    return new PeerProcess(command, work.resolve("errors.txt"));
  }

  /** Fills in figures. */
  private interface Work {
    void run(Map<String, Double> figures) throws IOException;
  }

  /** Does the work unless it was done, or failed in an earlier round. */
  private static void measure(Measurements measurements, String name, int round, Work work)
      throws IOException {
    if (measurements.has(name, round) || !measurements.failure(name).isEmpty()) {
      return;
    }
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put(PeersReport.LOAD, ProcessMemory.loadAverage());
    String failure = "";
    try {
      work.run(figures);
    } catch (PeerProcess.PeerFailure e) {
      failure = String.valueOf(e.getMessage());
    }
    Measurement measurement = new Measurement(name, round, figures, failure);
    measurements.add(measurement);
    System.err.println(measurement);
  }

  private void embed(Peer peer, int round, Map<String, Double> figures) throws IOException {
    long start = System.nanoTime();
    try (PeerProcess process = start(peer.command())) {
      process.embed(passages.subList(0, 1), false, false);
      figures.put(PeersReport.START, (System.nanoTime() - start) / 1e9);
      figures.put(PeersReport.REST, process.residentMebibytes());
      check(peer, process.embed(checked(), false, true).numbers(), figures);
      List<String> warmUp = questions.subList(0, Math.min(WARM_QUERIES, questions.size()));
      process.embed(warmUp, true, false);
      PeerServer.Reply bulk = process.embed(passages, false, false);
      figures.put(PeersReport.SPEED, tokens / bulk.seconds()[0]);
      figures.put(PeersReport.CPU_SPEED, tokens / bulk.cpuSeconds());
      PeerServer.Reply lone = process.embed(questions, true, true);
      double[] sorted = Arrays.stream(lone.seconds()).sorted().toArray();
      figures.put(PeersReport.P50, sorted[sorted.length / 2] * 1e3);
      figures.put(PeersReport.P99, sorted[(int) Math.ceil(sorted.length * 0.99) - 1] * 1e3);
      figures.put(PeersReport.PEAK, process.peakMebibytes());
      if (quality && round == 1) {
        float[][] documents =
            process.embed(corpus.passages(corpus.size()), false, true).numbers();
        float[][] queries =
            process.embed(corpus.questions(Integer.MAX_VALUE), false, true).numbers();
        figures.put(PeersReport.NDCG, corpus.ndcg(documents, queries));
      }
    }
  }

  private void check(Peer peer, float[][] vectors, Map<String, Double> figures) {
    double least = 1;
    double sum = 0;
    for (int i = 0; i < vectors.length; i++) {
      double cosine = JudgedCorpus.cosine(expected[i], vectors[i]);
      least = Math.min(least, cosine);
      sum += cosine;
    }
    figures.put(PeersReport.LEAST_COSINE, least);
    figures.put(PeersReport.MEAN_COSINE, sum / vectors.length);
    if (peer.exact() && least < LEAST_COSINE) {
      throw new PeerProcess.PeerFailure(
          "invalid: cosine " + least + " against this library's vectors, at least " + LEAST_COSINE
              + " wanted",
          null);
    }
  }

  private void rerank(Peer peer, Map<String, Double> figures) throws IOException {
    try (PeerProcess process = start(peer.rerankCommand())) {
      float[] scores = process.rerank(corpus.question(), reranked, true).numbers()[0];
      double most = 0;
      for (int i = 0; i < scores.length; i++) {
        most = Math.max(most, Math.abs(scores[i] - expectedScores[0][i]));
      }
      figures.put(PeersReport.SCORE_DIFFERENCE, most);
      if (peer.exact() && most > SCORE_TOLERANCE) {
        throw new PeerProcess.PeerFailure(
            "invalid: a score differs by " + most + ", at most " + SCORE_TOLERANCE + " allowed",
            null);
      }
      PeerServer.Reply timed = process.rerank(corpus.question(), reranked, false);
      figures.put(PeersReport.RERANK, reranked.size() / timed.seconds()[0]);
      figures.put(PeersReport.RERANK_CPU, reranked.size() / timed.cpuSeconds());
    }
  }
}
