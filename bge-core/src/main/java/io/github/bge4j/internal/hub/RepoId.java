package io.github.bge4j.internal.hub;

import io.github.bge4j.InvalidOptionException;
import java.util.regex.Pattern;

/**
 * The id of a model on the hub.
 *
 * @param name {@code name} or {@code owner/name}
 */
public record RepoId(String name) {

  private static final int MAX_LENGTH = 96;

  /** By {@code validate_repo_id} of huggingface_hub 1.33. */
  private static final Pattern VALID =
      Pattern.compile("(?!.*(--|\\.\\.))(?!.*\\.git$)(\\w[\\w.-]*\\w|\\w)(/(\\w[\\w.-]*\\w|\\w))?");

  /** Checks the id. */
  public RepoId {
    if (name == null || name.length() > MAX_LENGTH || !VALID.matcher(name).matches()) {
      throw new InvalidOptionException(
          "a model id must be name or owner/name of letters, digits, '-', '_' and '.', as in"
              + " BAAI/bge-m3: " + shown(name)
              + "; take it from the model's page on the hub, or name a folder that exists");
    }
  }

  private static String shown(String name) {
    return name != null && name.length() > MAX_LENGTH ? name.substring(0, MAX_LENGTH) : name;
  }

  /** Returns the name of the model's folder in a cache. */
  public String folderName() {
    return "models--" + name.replace("/", "--");
  }

  @Override
  public String toString() {
    return name;
  }
}
