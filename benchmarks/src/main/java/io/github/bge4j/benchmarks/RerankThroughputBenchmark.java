package io.github.bge4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Pairs per second of one request with one query and 100 passages, this library beside a rival on
 * the same cross-encoder ({@link CrossEncoderExport}).
 *
 * <p>From the project's root; the corpus is that of the factbook unless named:
 *
 * <pre>
 * mvn -q -Pbenchmarks -DskipTests package
 * java -jar benchmarks/target/benchmarks.jar RerankThroughput -rf json -rff rerank.json -jvmArgsAppend -Dcorpus=CRANFIELD/corpus.jsonl
 * </pre>
 */
@SuppressWarnings("NullAway.Init") // JMH sets the fields
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(3)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 2, time = 1)
public class RerankThroughputBenchmark {

  private static final int PASSAGES = 100;
  private static final int CHECKED = 4;
  private static final double TOLERANCE = 1e-3;

  /** Who does the work. */
  @Param
  public RerankEngineKind engine;

  private Path folder;
  private String query;
  private List<String> passages;
  private RerankEngine open;

  /**
   * Makes the model, opens the engine and checks its answers against the others'.
   *
   * @throws IOException if the model cannot be written
   */
  @Setup
  public void open() throws IOException {
    folder = Files.createTempDirectory("cross-encoder");
    CrossEncoderExport.write(folder);
    query = Corpus.query();
    passages = Corpus.passages(PASSAGES, 1);
    double[] expected = checkedScores(RerankEngineKind.BGE4J);
    for (RerankEngineKind other : RerankEngineKind.values()) {
      if (other.isExact()) {
        checkSame(expected, checkedScores(other));
      }
    }
    open = engine.open(folder);
  }

  /** Opens and closes an engine, so that only one is there when it is timed. */
  private double[] checkedScores(RerankEngineKind kind) {
    try (RerankEngine checked = kind.open(folder)) {
      return checked.scores(query, passages.subList(0, CHECKED));
    }
  }

  private static void checkSame(double[] ours, double[] theirs) {
    for (int i = 0; i < ours.length; i++) {
      if (Math.abs(ours[i] - theirs[i]) > TOLERANCE) {
        throw new IllegalStateException(
            "engines disagree about passage " + i + ": " + ours[i] + ", " + theirs[i]);
      }
    }
  }

  /**
   * Frees the model.
   *
   * @throws IOException if the files cannot be deleted
   */
  @TearDown
  public void close() throws IOException {
    open.close();
    for (String file : List.of("model.onnx", "tokenizer.json")) {
      Files.delete(folder.resolve(file));
    }
    Files.delete(folder);
  }

  /**
   * Scores all passages in one request.
   *
   * @return the scores
   */
  @Benchmark
  @OperationsPerInvocation(PASSAGES)
  public double[] rerank() {
    return open.scores(query, passages);
  }
}
