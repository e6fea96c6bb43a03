package io.github.bge4j;

import java.nio.file.Path;

/** Opens a folder twice and prints what came of it, a line each. */
final class UnusableDirectoryProgram {

  private UnusableDirectoryProgram() {}

  /** Takes the folder of a model. */
  public static void main(String[] args) {
    for (int i = 0; i < 2; i++) {
      ModelSource source = ModelSource.directory(Path.of(args[0]));
      try (BgeEmbedder embedder = BgeEmbedder.builder().model(source).build()) {
        System.out.println("opened: " + embedder.dimension());
      } catch (ModelException e) {
        System.out.println("refused: " + e.getMessage());
      }
    }
  }
}
