package io.github.bge4j.benchmarks;

import com.google.gson.Gson;
import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One engine in a process of its own, which {@link PeersTable} asks over standard input and output:
 * a line of JSON in ({@link Request}), a line of JSON out ({@link Reply}). {@code peers.py} speaks
 * the same.
 */
final class PeerServer {

  /** Asks for the vectors of texts, in one call or one by one, or for scores of pairs. */
  record Request(List<String> texts, boolean each, String query, boolean numbers) {}

  /**
   * What was measured around the work alone: seconds of wall time and of all threads' CPU time, in
   * one entry a call, and the vectors or scores (one array) if the request wants numbers.
   */
  record Reply(double[] seconds, double cpuSeconds, float[][] numbers) {}

  private static final Gson GSON = new Gson();

  private PeerServer() {}

  /**
   * Serves until its input ends.
   *
   * @param args {@code embed KIND WORK_FOLDER} or {@code rerank KIND WORK_FOLDER}
   * @throws IOException if standard input cannot be read
   */
  public static void main(String[] args) throws IOException {
    // Whatever a library prints must not come between the answers.
    PrintStream answers = System.out;
    System.setOut(System.err);
    Path work = Path.of(args[2]);
    if (args[0].equals("embed")) {
      try (Engine engine = EngineKind.valueOf(args[1]).open(work)) {
        serve(answers, (request, seconds) -> embed(engine, request, seconds));
      }
    } else {
      try (RerankEngine engine = RerankEngineKind.valueOf(args[1]).open(work.resolve("cross"))) {
        serve(answers, (request, seconds) -> rerank(engine, request, seconds));
      }
    }
  }

  /** Does what a request asks for and notes the seconds of each call. */
  private interface Work {
    float[][] answer(Request request, List<Double> seconds);
  }

  private static void serve(PrintStream answers, Work work) throws IOException {
    OperatingSystemMXBean process =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    BufferedReader requests =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = requests.readLine(); line != null; line = requests.readLine()) {
      Request request = GSON.fromJson(line, Request.class);
      List<Double> seconds = new ArrayList<>();
      long cpu = process.getProcessCpuTime();
      float[][] numbers = work.answer(request, seconds);
      double cpuSeconds = (process.getProcessCpuTime() - cpu) / 1e9;
      double[] all = seconds.stream().mapToDouble(Double::doubleValue).toArray();
      answers.println(
          GSON.toJson(new Reply(all, cpuSeconds, request.numbers() ? numbers : new float[0][])));
      answers.flush();
    }
  }

  private static float[][] embed(Engine engine, Request request, List<Double> seconds) {
    List<float[]> vectors = new ArrayList<>();
    if (request.each()) {
      for (String text : request.texts()) {
        long start = System.nanoTime();
        vectors.add(engine.embedQuery(text));
        seconds.add((System.nanoTime() - start) / 1e9);
      }
    } else {
      long start = System.nanoTime();
      vectors.addAll(engine.embed(request.texts()));
      seconds.add((System.nanoTime() - start) / 1e9);
    }
    return vectors.toArray(float[][]::new);
  }

  private static float[][] rerank(RerankEngine engine, Request request, List<Double> seconds) {
    long start = System.nanoTime();
    double[] scores = engine.scores(request.query(), request.texts());
    seconds.add((System.nanoTime() - start) / 1e9);
    float[] row = new float[scores.length];
    for (int i = 0; i < row.length; i++) {
      row[i] = (float) scores[i];
    }
    return new float[][] {row};
  }
}
