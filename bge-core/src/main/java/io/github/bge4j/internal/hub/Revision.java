package io.github.bge4j.internal.hub;

import io.github.bge4j.InvalidOptionException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A version of a model.
 *
 * @param name a branch, a tag, {@code refs/pr/N}, or a commit
 */
public record Revision(String name) {

  private static final Pattern VALID =
      Pattern.compile("(?!.*(\\.\\.|//))[\\w][\\w./+-]{0,254}(?<![./])");
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

  /** Checks the name, of which file names are made. */
  public Revision {
    if (name == null || !VALID.matcher(name).matches()) {
      throw new InvalidOptionException("a revision must be a branch, a tag or a commit: "
          + (name == null ? "null" : name.substring(0, Math.min(80, name.length())))
          + "; leave it unset for main");
    }
  }

  /** Reads a name from a file; nothing if it is none. */
  static Optional<Revision> parse(String name) {
    return VALID.matcher(name).matches() ? Optional.of(new Revision(name)) : Optional.empty();
  }

  /** Tells whether this names one commit for ever. */
  boolean isCommit() {
    return COMMIT.matcher(name).matches();
  }

  @Override
  public String toString() {
    return name;
  }
}
