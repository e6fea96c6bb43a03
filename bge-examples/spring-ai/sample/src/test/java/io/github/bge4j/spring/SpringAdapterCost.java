package io.github.bge4j.spring;

import com.sun.management.OperatingSystemMXBean;
import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.InputType;
import io.github.bge4j.ModelSource;
import io.github.bge4j.Precision;
import io.github.bge4j.testing.GoldenFiles;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * What the adapter costs: direct calls and calls through Spring AI alternate, and medians are
 * compared. Times are those that cores have worked, so that other programs on the machine change
 * little: for all threads of the process in bulk (in steps of 10 ms), and for the calling thread,
 * which does everything for a lone query.
 *
 * <p>From the project's root, after {@code mvn -q -DskipTests package dependency:build-classpath
 * -Dmdep.outputFile=target/classpath -pl bge-examples/spring-ai/sample -am}:
 *
 * <pre>{@code
 * cd bge-examples/spring-ai/sample
 * java -cp target/test-classes:target/classes:$(cat target/classpath) io.github.bge4j.spring.SpringAdapterCost
 * }</pre>
 */
final class SpringAdapterCost {

  private static final int TEXTS = 256;
  private static final int BULK_ROUNDS = 7;
  private static final int CALL_ROUNDS = 31;
  private static final int CALLS = 500;

  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private SpringAdapterCost() {}

  public static void main(String[] args) {
    List<String> texts = IntStream.range(0, TEXTS)
        .mapToObj(
            i -> "Passage " + i + " tells of a country: " + "the river runs to the sea, ".repeat(6)
                + "and its people trade in wool, tea and copper along the coast.")
        .toList();
    ClassLoader loader = SpringAdapterCost.class.getClassLoader();
    try (BgeEmbedder real = BgeEmbedder.builder()
            .model(ModelSource.onnxResource(
                loader, "bge-small-en-v1.5.onnx", "bge-small-en-v1.5-tokenizer.json"))
            .precision(Precision.INT8)
            .build();
        BgeEmbedder tiny = BgeEmbedder.builder()
            .model(ModelSource.directory(GoldenFiles.path("m3")))
            .workers(1)
            .build()) {
      BgeEmbeddingModel realModel = BgeEmbeddingModel.builder(real).build();
      BgeEmbeddingModel tinyModel = BgeEmbeddingModel.builder(tiny).build();
      double[] call = compare(
          ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime,
          CALL_ROUNDS,
          () -> repeat(() -> tiny.dense("bamboo", InputType.QUERY)),
          () -> repeat(() -> tinyModel.embed("bamboo")));
      print("one query, a model of 0.1 MB", call, CALLS, "call");
      double[] tinyBulk = compare(
          PROCESS::getProcessCpuTime,
          CALL_ROUNDS,
          () -> tiny.dense(texts),
          () -> tinyModel.embed(texts));
      print("bulk, a model of 0.1 MB", tinyBulk, TEXTS, "text");
      double[] bulk = compare(
          PROCESS::getProcessCpuTime,
          BULK_ROUNDS,
          () -> real.dense(texts),
          () -> realModel.embed(texts));
      print(
          "bulk, bge-small-en-v1.5 in int8, " + real.countTokens(texts.get(0)) + " tokens a text",
          bulk,
          TEXTS,
          "text");
    }
  }

  private static void repeat(Runnable call) {
    for (int i = 0; i < CALLS; i++) {
      call.run();
    }
  }

  /**
   * Returns the median seconds (of cores) of both, and of their difference within a round; the
   * order alternates, and the first rounds warm up.
   */
  private static double[] compare(
      LongSupplier clock, int rounds, Runnable direct, Runnable adapter) {
    int warmUp = rounds / 4 + 1;
    double[] first = new double[rounds];
    double[] second = new double[rounds];
    double[] difference = new double[rounds];
    for (int i = -warmUp; i < rounds; i++) {
      boolean swap = i % 2 != 0;
      double one = seconds(clock, swap ? adapter : direct);
      double two = seconds(clock, swap ? direct : adapter);
      if (i >= 0) {
        first[i] = swap ? two : one;
        second[i] = swap ? one : two;
        difference[i] = second[i] - first[i];
      }
    }
    return new double[] {median(first), median(second), median(difference)};
  }

  private static double seconds(LongSupplier clock, Runnable task) {
    long start = clock.getAsLong();
    task.run();
    return (clock.getAsLong() - start) * 1e-9;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static void print(String what, double[] medians, int units, String unit) {
    System.out.println(String.format(
        Locale.ROOT,
        "%s: direct %.1f us, adapter %.1f us, difference %+.2f us a %s (%+.2f %%)",
        what,
        medians[0] * 1e6 / units,
        medians[1] * 1e6 / units,
        medians[2] * 1e6 / units,
        unit,
        100 * medians[2] / medians[0]));
  }
}
