package io.github.bge4j.examples.cli;

/** One entry of a corpus. */
record Document(long line, String id, String title, String text) {

  /** Returns what is embedded: title and text as one. */
  Text passage() {
    return new Text(line, (title + " " + text).strip());
  }
}
