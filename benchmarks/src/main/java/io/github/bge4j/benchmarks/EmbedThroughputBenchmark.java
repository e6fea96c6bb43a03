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
 * Passages per second of one bulk call, this library beside its rivals, on passages of the factbook
 * corpus (about 300 tokens) or their first sentences.
 *
 * <p>From the project's root:
 *
 * <pre>
 * mvn -q -Pbenchmarks -DskipTests package
 * java -jar benchmarks/target/benchmarks.jar EmbedThroughput -rf json -rff throughput.json
 * </pre>
 */
@SuppressWarnings("NullAway.Init") // JMH sets the fields
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(3)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 3, time = 1)
public class EmbedThroughputBenchmark {

  private static final int PASSAGES = 64;
  private static final int SHORT_TEXT = 80;

  /** Who does the work. */
  @Param
  public EngineKind engine;

  /** Whole passages, or their first 80 characters. */
  @Param({"false", "true"})
  public boolean shortTexts;

  private List<String> texts;
  private Engine open;

  /**
   * Opens the engine and checks its answers against the other's.
   *
   * @throws IOException if the model's files cannot be written
   */
  @Setup
  public void open() throws IOException {
    texts = Corpus.passages(PASSAGES, SHORT_TEXT).stream()
        .map(text -> shortTexts ? text.substring(0, SHORT_TEXT) : text)
        .toList();
    Path work = Files.createTempDirectory("model");
    PeerFiles.writeModel(work);
    open = engine.open(work);
    for (EngineKind other : EngineKind.values()) {
      if (engine.isExact() && other.isExact()) {
        try (Engine rival = other.open(work)) {
          checkSame(open.embed(texts.subList(0, 4)), rival.embed(texts.subList(0, 4)));
        }
      }
    }
  }

  private static void checkSame(List<float[]> ours, List<float[]> theirs) {
    for (int i = 0; i < ours.size(); i++) {
      double cosine = 0;
      for (int j = 0; j < ours.get(i).length; j++) {
        cosine += (double) ours.get(i)[j] * theirs.get(i)[j];
      }
      if (cosine < 0.9999) {
        throw new IllegalStateException(
            "engines disagree about passage " + i + ": cosine " + cosine);
      }
    }
  }

  /** Frees the model. */
  @TearDown
  public void close() {
    open.close();
  }

  /**
   * Embeds all passages in one call.
   *
   * @return the vectors
   */
  @Benchmark
  @OperationsPerInvocation(PASSAGES)
  public List<float[]> embed() {
    return open.embed(texts);
  }
}
