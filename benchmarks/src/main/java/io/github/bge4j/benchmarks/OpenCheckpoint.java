package io.github.bge4j.benchmarks;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.ModelSource;
import io.github.bge4j.Output;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Opens a model folder twice, embeds one text with all outputs it has, and prints times and the
 * memory of the process (Linux).
 *
 * <pre>
 * java -Xmx256m -cp benchmarks/target/benchmarks.jar io.github.bge4j.benchmarks.OpenCheckpoint FOLDER
 * </pre>
 */
public final class OpenCheckpoint {

  private OpenCheckpoint() {}

  /**
   * Opens and measures.
   *
   * @param args the folder
   * @throws IOException if the process status cannot be read
   */
  public static void main(String[] args) throws IOException {
    System.out.println("before                " + ProcessMemory.read());
    open("first open ", Path.of(args[0]));
    open("second open", Path.of(args[0]));
  }

  private static void open(String name, Path folder) throws IOException {
    long start = System.nanoTime();
    try (BgeEmbedder embedder =
        BgeEmbedder.builder().model(ModelSource.directory(folder)).workers(1).build()) {
      double built = (System.nanoTime() - start) / 1e9;
      embedder.embed(List.of("What is BGE M3?"), embedder.outputs().toArray(Output[]::new));
      double embedded = (System.nanoTime() - start) / 1e9;
      System.out.printf(
          Locale.ROOT,
          "%s build() %.2f s, to first vector %.2f s  %s%n",
          name,
          built,
          embedded,
          ProcessMemory.read());
    }
  }
}
