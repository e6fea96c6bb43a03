package io.github.bge4j.internal.hub;

import io.github.bge4j.InvalidOptionException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A model that is wanted: which one of the hub, in what version, and what is known of it before its
 * files are seen.
 *
 * @param name {@code name} or {@code owner/name}, as the hub has it
 * @param revision a branch, a tag, {@code refs/pr/N}, or a commit
 * @param heads whether it has the heads of BGE-M3
 * @param plain whether it is known what is done to its vectors, even if no {@code modules.json} is
 *     there
 * @param readyOnnx an ONNX file that is wanted in place of other weights; null for none
 */
public record WantedModel(
    String name,
    String revision,
    boolean heads,
    boolean plain,
    @Nullable String readyOnnx) {

  private static final int MAX_SHOWN = 96;

  /** By {@code validate_repo_id} of huggingface_hub 1.33. */
  private static final Pattern VALID_NAME =
      Pattern.compile("(?!.*(--|\\.\\.))(?!.*\\.git$)(\\w[\\w.-]*\\w|\\w)(/(\\w[\\w.-]*\\w|\\w))?");

  private static final Pattern VALID_REVISION =
      Pattern.compile("(?!.*(\\.\\.|//))[\\w][\\w./+-]{0,254}(?<![./])");

  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

  /** Checks name and revision, of which the names of files are made. */
  public WantedModel {
    if (name == null || !VALID_NAME.matcher(name).matches()) {
      throw new InvalidOptionException(
          "a model id must be name or owner/name of letters, digits, '-', '_' and '.', as in"
              + " BAAI/bge-m3: " + shown(name)
              + "; take it from the model's page on the hub, or name a folder that exists");
    }
    checkRevision(revision);
  }

  private static String shown(String name) {
    return name != null && name.length() > MAX_SHOWN ? name.substring(0, MAX_SHOWN) : name;
  }

  /**
   * Refuses what cannot be a revision.
   *
   * @return the revision
   */
  public static String checkRevision(String revision) {
    if (revision == null || !VALID_REVISION.matcher(revision).matches()) {
      throw new InvalidOptionException("a revision must be a branch, a tag or a commit: "
          + (revision == null ? "null" : revision.substring(0, Math.min(80, revision.length())))
          + "; leave it unset for main");
    }
    return revision;
  }

  /** Tells whether a revision names one commit for ever. */
  static boolean isCommit(String revision) {
    return COMMIT.matcher(revision).matches();
  }

  /** Returns the same model in another version. */
  WantedModel at(String other) {
    return new WantedModel(name, other, heads, plain, readyOnnx);
  }

  /** Returns the name of the model's folder in a cache. */
  String folderName() {
    return "models--" + name.replace("/", "--");
  }

  @Override
  public String toString() {
    return name;
  }
}
