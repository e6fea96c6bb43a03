package io.github.bge4j.benchmarks;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.ModelSource;
import io.github.bge4j.Output;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Opens a model folder, embeds one text with all outputs it has, and prints times and the memory of
 * the process (Linux).
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
    System.out.println("before             " + ProcessMemory.read());
    long start = System.nanoTime();
    try (BgeEmbedder embedder = BgeEmbedder.builder()
        .model(ModelSource.directory(Path.of(args[0])))
        .workers(1)
        .build()) {
      System.out.printf(
          "build()     %5.2f s %s%n", (System.nanoTime() - start) / 1e9, ProcessMemory.read());
      embedder.embed(List.of("What is BGE M3?"), embedder.outputs().toArray(Output[]::new));
      System.out.printf(
          "first vector%5.2f s %s%n", (System.nanoTime() - start) / 1e9, ProcessMemory.read());
    }
  }
}
