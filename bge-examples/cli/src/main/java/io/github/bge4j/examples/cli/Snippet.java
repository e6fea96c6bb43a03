package io.github.bge4j.examples.cli;

/** Makes a line of a text, fit for a terminal. */
final class Snippet {

  static final int CHARS = 100;

  private Snippet() {}

  /** Returns the whole text on one line, without control codes. */
  static String oneLine(String text) {
    return text.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
  }

  /** Returns the beginning on one line, cut after a word where there is one. */
  static String of(String text) {
    String line = oneLine(text);
    if (line.length() <= CHARS) {
      return line;
    }
    int space = line.lastIndexOf(' ', CHARS);
    int end = space > 0 ? space : CHARS;
    // Never between the halves of a surrogate pair.
    if (Character.isHighSurrogate(line.charAt(end - 1))) {
      end--;
    }
    return line.substring(0, end) + " ...";
  }
}
