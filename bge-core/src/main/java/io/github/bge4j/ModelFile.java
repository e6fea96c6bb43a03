package io.github.bge4j;

import io.github.bge4j.internal.checkpoint.Region;
import io.github.bge4j.internal.text.TokenizerFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** One file of a model, wherever it lies, with a name for messages. */
final class ModelFile {

  private final String name;
  private final @Nullable Path path;
  private final Content content;

  private ModelFile(String name, @Nullable Path path, Content content) {
    this.name = name;
    this.path = path;
    this.content = content;
  }

  static ModelFile of(Path path) {
    return new ModelFile(path.toString(), path, () -> Files.readAllBytes(path));
  }

  static ModelFile of(byte[] bytes) {
    return new ModelFile("<" + bytes.length + " bytes>", null, () -> bytes);
  }

  static ModelFile resource(ClassLoader loader, String resource) {
    return new ModelFile("class path resource " + resource, null, () -> {
      try (InputStream in = loader.getResourceAsStream(resource)) {
        if (in == null) {
          throw new NoSuchFileException(resource);
        }
        return in.readAllBytes();
      }
    });
  }

  /** Returns what messages call the file. */
  String name() {
    return name;
  }

  /** Returns where the file lies on disk, or null if it does not. */
  @Nullable Path path() {
    return path;
  }

  /** Checks the name of a file below a folder. */
  static String checkedName(String name) {
    Path path;
    try {
      path = Path.of(ModelOptions.notNull("file name", name));
    } catch (InvalidPathException e) {
      throw new InvalidOptionException("a file name must be one: " + e.getMessage());
    }
    if (name.isEmpty()
        || path.isAbsolute()
        || path.startsWith("..")
        || !path.normalize().equals(path)) {
      throw new InvalidOptionException(
          "a file must be named relative to its folder, and lie there: " + name
              + "; for example onnx/model_quantized.onnx");
    }
    return name;
  }

  /** Returns the bytes: on disk, or else read into memory now. */
  Region data() {
    return path == null ? Region.ofMemory(name, ByteBuffer.wrap(read())) : Region.ofFile(path);
  }

  /**
   * Reads the file as a tokenizer.
   *
   * @throws ModelException if it is damaged
   */
  TokenizerFile tokenizer() {
    return TokenizerFile.read(read(TokenizerFile.MAX_BYTES), name);
  }

  /** Reads the file into memory. */
  byte[] read() {
    try {
      return content.read();
    } catch (NoSuchFileException e) {
      throw new ModelException("model file must exist: " + name + "; check the path", e);
    } catch (IOException | OutOfMemoryError e) {
      throw new ModelException("model file must be readable: " + name + ": " + e, e);
    }
  }

  /**
   * Reads the file into memory if it is not too large to be what it should.
   *
   * @throws ModelException if it has more than {@code maxBytes}; it is not read then
   */
  byte[] read(int maxBytes) {
    long bytes = path == null ? 0 : path.toFile().length();
    if (bytes > maxBytes) {
      throw new ModelException("model file must have at most " + maxBytes + " bytes: " + bytes
          + ", in " + name + "; it is damaged or no file of a BGE model");
    }
    return read();
  }

  private interface Content {
    byte[] read() throws IOException;
  }
}
