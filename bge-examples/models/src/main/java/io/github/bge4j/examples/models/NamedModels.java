package io.github.bge4j.examples.models;

import io.github.bge4j.DownloadListener;
import io.github.bge4j.ModelSource;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Finds the model that a user names: the bundled one, a folder, or one of the hub. */
public final class NamedModels {

  /** The name of bge-small-en-v1.5, which is on the class path. */
  public static final String BUNDLED = "bundled";

  /** A name without owner is more often a folder that is not there. */
  private static final Pattern HUB_ID = Pattern.compile("[\\w][\\w.-]*/[\\w.-]+");

  private NamedModels() {}

  /**
   * Finds a model; opens and downloads nothing.
   *
   * @param name {@value #BUNDLED}, a folder, or an id such as {@code BAAI/bge-m3}
   * @param listener told of the download, if opening the source needs one
   * @return the source
   * @throws IllegalArgumentException if it is none of these; the message names it, not the rule
   */
  public static ModelSource source(String name, DownloadListener listener) {
    if (name.equals(BUNDLED)) {
      return bundled();
    }
    if (!isFolder(name) && !HUB_ID.matcher(name).matches()) {
      throw new IllegalArgumentException("there is no directory " + name);
    }
    return ModelSource.hub(name).withListener(listener);
  }

  private static ModelSource bundled() {
    return ModelSource.onnxResource(
        NamedModels.class.getClassLoader(),
        "bge-small-en-v1.5.onnx",
        "bge-small-en-v1.5-tokenizer.json");
  }

  private static boolean isFolder(String name) {
    try {
      return !name.isEmpty() && Files.isDirectory(Path.of(name));
    } catch (InvalidPathException e) {
      return false;
    }
  }
}
