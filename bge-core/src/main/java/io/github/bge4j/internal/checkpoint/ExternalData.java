package io.github.bge4j.internal.checkpoint;

import io.github.bge4j.ModelException;
import java.nio.file.Path;
import java.util.Map;

/** Finds the bytes of an ONNX initializer that lie in a file beside the model. */
final class ExternalData {

  private ExternalData() {}

  /**
   * Finds the bytes.
   *
   * @param entries {@code location}, and perhaps {@code offset} and {@code length} in bytes
   */
  static Region find(Region model, Map<String, String> entries) {
    Path file = model
        .path()
        .orElseThrow(() -> new ModelException("a model in memory must have its weights inside: "
            + model.name() + " has external data; open it as a file"));
    String location = entries.getOrDefault("location", "");
    Region data = Region.ofFile(Siblings.resolve(file, location));
    long offset = number(model, entries.getOrDefault("offset", "0"));
    String length = entries.get("length");
    return data.slice(offset, length == null ? data.length() - offset : number(model, length));
  }

  private static long number(Region model, String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new ModelException(
          "offset and length of external data must be whole numbers, in " + model.name()
              + "; the file is damaged",
          e);
    }
  }
}
