package io.github.bge4j;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The real bge-small-en-v1.5 that Maven Central carries. */
public final class BgeSmall {

  public static final int DIMENSION = 384;
  static final String MODEL = "bge-small-en-v1.5.onnx";
  static final String TOKENIZER = "bge-small-en-v1.5-tokenizer.json";

  private BgeSmall() {}

  /** The file's weights in our own graph. */
  static OnnxSource source() {
    return ModelSource.onnxResource(BgeSmall.class.getClassLoader(), MODEL, TOKENIZER);
  }

  /** The file as it is. */
  static OnnxSource ready() {
    return source().asIs();
  }

  static BgeEmbedderBuilder builder() {
    return BgeEmbedder.builder().model(source()).queryInstruction(QueryInstructions.ENGLISH);
  }

  public static byte[] tokenizerJson() {
    return read(TOKENIZER);
  }

  static byte[] read(String resource) {
    try (InputStream in = BgeSmall.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("not on the test class path: " + resource);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
