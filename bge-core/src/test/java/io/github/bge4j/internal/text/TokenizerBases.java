package io.github.bge4j.internal.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** Small tokenizers of every family, made by {@code tokenizer/generate.py}. */
public final class TokenizerBases {

  public static final List<String> NAMES = List.of(
      "bert-plain-4",
      "bert-cased-4",
      "bert-accents-4",
      "bert-old",
      "bert-plain-5",
      "bert-cased-5",
      "bert-accents-5",
      "xlmr-4",
      "xlmr-added-4",
      "xlmr-old",
      "xlmr-5");

  private TokenizerBases() {}

  /** Returns the content of a {@code tokenizer.json}. */
  public static byte[] read(String name) {
    return resource(name + ".json");
  }

  static byte[] resource(String file) {
    try (InputStream in = TokenizerBases.class.getResourceAsStream("/tokenizer/" + file)) {
      if (in == null) {
        throw new IllegalStateException("not among the test resources: " + file);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
