package io.github.bge4j.examples.cli;

import java.util.List;
import java.util.stream.Stream;

/**
 * An option whose value is one of a few words.
 *
 * @param option its name on the command line
 * @param supported words that work
 * @param refused words that are known and do not work
 * @param reason why they do not
 */
record WordOption(String option, List<String> supported, List<String> refused, String reason) {

  /** Refuses a value that does not work. */
  void check(String value) {
    if (refused.contains(value)) {
      throw new UsageException(
          option + " must be " + String.join(" or ", supported) + ": " + value + "; " + reason);
    }
    if (!supported.contains(value)) {
      List<String> words = Stream.concat(supported.stream(), refused.stream()).toList();
      throw new UsageException(
          option + " must be one of " + String.join(", ", words) + ": " + value);
    }
  }
}
