package io.github.bge4j.benchmarks;

import io.github.bge4j.BgeEmbedder;
import java.io.IOException;
import java.util.List;
import java.util.Random;

/**
 * Embeds 20,000 texts of mixed length one by one and prints the memory of the process on the way
 * (Linux).
 *
 * <p>From the project's root, with a small heap so that growth is not the garbage collector's:
 *
 * <pre>
 * mvn -q -Pbenchmarks -DskipTests package
 * java -Xmx512m -Xms512m -XX:+AlwaysPreTouch -cp benchmarks/target/benchmarks.jar io.github.bge4j.benchmarks.NativeMemorySoak
 * </pre>
 */
public final class NativeMemorySoak {

  private static final int TEXTS = 20_000;
  private static final String[] WORDS = {
    "wing", "flow", "Paris", "heat", "pressure", "of", "the", "1958"
  };

  private NativeMemorySoak() {}

  /**
   * Runs the soak.
   *
   * @param args none
   * @throws IOException if the process status cannot be read
   */
  public static void main(String[] args) throws IOException {
    Random random = new Random(1);
    try (BgeEmbedder embedder =
        BgeEmbedder.builder().model(EngineKind.bundledModel()).build()) {
      long tokens = 0;
      for (int i = 0; i <= TEXTS; i++) {
        if (i % 2_000 == 0) {
          System.out.printf("%6d texts %8d tokens  %s%n", i, tokens, ProcessMemory.read());
        }
        tokens += embedder.embed(List.of(text(random))).get(0).tokenCount();
      }
    }
  }

  /** 90 % short, 9 % a paragraph, 1 % at the model's limit. */
  private static String text(Random random) {
    int kind = random.nextInt(100);
    int words = kind == 0 ? 600 : kind < 10 ? 30 + random.nextInt(100) : random.nextInt(30);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < words; i++) {
      text.append(WORDS[random.nextInt(WORDS.length)]).append(' ');
    }
    return text.toString();
  }
}
