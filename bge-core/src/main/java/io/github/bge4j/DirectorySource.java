package io.github.bge4j;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A model folder in the layout of Hugging Face; see {@link ModelSource#directory}.
 *
 * <p>Immutable and thread-safe.
 */
public final class DirectorySource implements ModelSource {

  private final Path folder;
  private final @Nullable String readyOnnx;

  DirectorySource(Path folder) {
    this(ModelOptions.notNull("model folder", folder), null);
  }

  private DirectorySource(Path folder, @Nullable String readyOnnx) {
    this.folder = folder;
    this.readyOnnx = readyOnnx;
  }

  /**
   * Returns this source with an ONNX file of the folder that runs as it is, in place of a graph of
   * our own: a quantized one, for example. Limits, pooling, instructions and heads are still those
   * of the folder. <b>The file must be trusted:</b> a graph is code for a native runtime, and a
   * malicious one can end the JVM.
   *
   * @param file its name below the folder, for example {@code onnx/model_quantized.onnx}
   * @return a new source
   * @throws InvalidOptionException if the name leads out of the folder
   */
  public DirectorySource asIs(String file) {
    return new DirectorySource(folder, ModelFile.checkedName(file));
  }

  Path folder() {
    return folder;
  }

  @Nullable String readyOnnx() {
    return readyOnnx;
  }

  @Override
  public String toString() {
    return "DirectorySource[" + folder + "]";
  }
}
