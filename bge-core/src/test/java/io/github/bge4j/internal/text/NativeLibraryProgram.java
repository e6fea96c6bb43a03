package io.github.bge4j.internal.text;

import io.github.bge4j.ModelException;

/** Loads the library twice and prints what came of it, a line each. */
final class NativeLibraryProgram {

  private NativeLibraryProgram() {}

  /** Takes nothing. */
  public static void main(String[] args) {
    for (int i = 0; i < 2; i++) {
      try {
        HuggingFaceTokenizer.library();
        System.out.println("loaded");
      } catch (ModelException e) {
        System.out.println("refused: " + e.getMessage());
      }
    }
  }
}
