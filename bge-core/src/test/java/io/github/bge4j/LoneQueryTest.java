package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import io.github.bge4j.batching.BatchExecutor;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A text that finds the executor idle runs on all cores, and gives the same bits. */
class LoneQueryTest {

  private static final List<String> WORDS = List.of("wing", "flow", "heat", "pressure");

  /** One of every number of tokens up to 80, then every eleventh. */
  private static final List<String> TEXTS = IntStream.rangeClosed(0, 510)
      .filter(words -> words <= 80 || words % 11 == 0)
      .mapToObj(LoneQueryTest::text)
      .toList();

  private static String text(int words) {
    return IntStream.range(0, words)
        .mapToObj(i -> WORDS.get((words + i * i) % 4))
        .collect(Collectors.joining(" "));
  }

  @ParameterizedTest
  @EnumSource(names = {"FP32", "INT8"})
  void dense_everyLengthAlone_hasTheBitsOfOneThread(Precision precision) {
    BgeEmbedderBuilder builder = BgeSmall.builder().precision(precision).workers(2);
    try (BgeEmbedder byDefault = builder.build();
        BgeEmbedder oneThread = builder.threadsPerWorker(1).build()) {
      List<float[]> together = oneThread.dense(TEXTS);
      for (int i = 0; i < TEXTS.size(); i++) {
        assertThat(byDefault.dense(TEXTS.get(i))).isEqualTo(together.get(i));
      }
    }
  }

  @Test
  void options_byDefault_letALoneRunTakeTheCoresOfAllWorkers() {
    int cores = Math.min(4, Runtime.getRuntime().availableProcessors());
    assertThat(threadsOfLoneRun(BgeSmall.builder())).isEqualTo(cores);
    assertThat(threadsOfLoneRun(BgeSmall.builder().workers(64))).isEqualTo(cores);
    try (BatchExecutor executor = BatchExecutor.builder().workers(2).build()) {
      assertThat(threadsOfLoneRun(BgeSmall.builder().executor(executor)))
          .isEqualTo(Math.min(2, cores));
    }
  }

  @Test
  void options_threadsOrOneWorkerSet_areWhatWasSet() {
    assertThat(threadsOfLoneRun(BgeSmall.builder().workers(1))).isEqualTo(1);
    assertThat(threadsOfLoneRun(BgeSmall.builder().threadsPerWorker(1))).isEqualTo(1);
    assertThat(threadsOfLoneRun(BgeSmall.builder().threadsPerWorker(3))).isEqualTo(3);
  }

  @Test
  void options_largeModel_holdsItsWeightsOnce() {
    BgeEmbedderBuilder builder = BgeSmall.builder().workers(2);
    ModelOptions options = optionsOf(builder);
    assertThat(options.threadsOfLoneRun(200L << 20)).isEqualTo(options.threadsOfLoneRun());
    assertThat(options.threadsOfLoneRun((200L << 20) + 1)).isEqualTo(1);
  }

  private static int threadsOfLoneRun(BgeEmbedderBuilder builder) {
    return optionsOf(builder).threadsOfLoneRun();
  }

  private static ModelOptions optionsOf(BgeEmbedderBuilder builder) {
    return builder.options(
        builder.files(), new DeviceChoice(List.of(Device.cpu()), "the default"), 2, 512, null);
  }

  @Test
  void dense_afterALoneText_usesNoCpuWhileIdle() {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    try (BgeEmbedder embedder = BgeSmall.builder().workers(2).build()) {
      for (int i = 0; i < 20; i++) {
        embedder.dense("heat flow");
      }
      // Compilers and the collector may still be at work; a thread that spins never ends.
      long least = Long.MAX_VALUE;
      for (int i = 0; i < 20 && least > TimeUnit.MILLISECONDS.toNanos(20); i++) {
        long before = system.getProcessCpuTime();
        LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        least = Math.min(least, system.getProcessCpuTime() - before);
      }
      assertThat(least).isLessThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }
}
