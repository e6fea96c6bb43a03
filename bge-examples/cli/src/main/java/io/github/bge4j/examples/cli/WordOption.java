package io.github.bge4j.examples.cli;

import java.util.List;

/**
 * An option whose value is one of a few words.
 *
 * @param option its name on the command line
 * @param words its values
 */
record WordOption(String option, List<String> words) {

  /** Refuses any other value. */
  void check(String value) {
    if (!words.contains(value)) {
      throw new UsageException(
          option + " must be one of " + String.join(", ", words) + ": " + value);
    }
  }
}
