package io.github.bge4j.internal.hub;

import io.github.bge4j.HubException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** Keeps files of a model within its folder. */
final class SafePaths {

  private static final Pattern STRANGE = Pattern.compile("[\\\\\\p{Cntrl}]|^[A-Za-z]:");
  private static final List<String> NO_NAMES = List.of("", ".", "..");

  private SafePaths() {}

  /**
   * Refuses a path that leads elsewhere, on any operating system.
   *
   * @throws HubException if it does
   */
  static void check(String path) {
    boolean elsewhere = STRANGE.matcher(path).find()
        || Arrays.stream(path.split("/", -1)).anyMatch(NO_NAMES::contains);
    if (elsewhere) {
      throw new HubException("files of a model must lie in its folder: \""
          + path.replaceAll("\\p{Cntrl}", "?").substring(0, Math.min(80, path.length()))
          + "\" in the hub's listing does not; do not use this model, or check HF_ENDPOINT");
    }
  }
}
