package io.github.bge4j.internal.text;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import io.github.bge4j.ModelException;
import io.github.bge4j.internal.NativeGuard;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The Hugging Face tokenizers library (Rust), called at the level of its JNI functions.
 *
 * <p>The convenience class above them calls home on EC2, copies seven arrays a text where one is
 * wanted, and cuts at 512 tokens unless told otherwise (docs/adr/0002).
 */
public final class HuggingFaceTokenizer implements Tokenizer {

  /** A text with at least one token in any vocabulary; shows where the special tokens stand. */
  private static final String PROBE = "a";

  private final NativeGuard guard = new NativeGuard("tokenizer");
  private final TokenizersLibrary library;
  private final long handle;
  private final SequenceTemplate template;

  private HuggingFaceTokenizer(TokenizersLibrary library, long handle) {
    this.library = library;
    this.handle = handle;
    // The file may carry settings of its own; length is our business alone.
    library.disableTruncation(handle);
    library.disablePadding(handle);
    this.template = probeTemplate();
  }

  /**
   * Opens a tokenizer.
   *
   * @param json content of a {@code tokenizer.json}
   * @param name what messages call the file
   * @throws ModelException if it is not a tokenizer that the library can read
   */
  public static Tokenizer open(byte[] json, String name) {
    TokenizersLibrary library = NativeLibrary.get();
    String text = decodeUtf8(json, name);
    long handle;
    try {
      handle = library.createTokenizerFromString(text);
    } catch (RuntimeException e) {
      throw unreadable(name, e);
    }
    HuggingFaceTokenizer tokenizer = null;
    try {
      tokenizer = new HuggingFaceTokenizer(library, handle);
      return tokenizer;
    } catch (RuntimeException e) {
      throw unreadable(name, e);
    } finally {
      if (tokenizer == null) {
        library.deleteTokenizer(handle);
      }
    }
  }

  private static ModelException unreadable(String name, Exception cause) {
    return new ModelException(
        "tokenizer must be a complete tokenizer.json of Hugging Face tokenizers: " + name + ": "
            + cause.getMessage(),
        cause);
  }

  private static String decodeUtf8(byte[] json, String name) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString();
    } catch (CharacterCodingException e) {
      throw unreadable(name, e);
    }
  }

  @Override
  public int[] encode(String text) {
    return guard.use(() -> {
      long encoding = library.encode(handle, text, false);
      try {
        return toInts(library.getTokenIds(encoding));
      } finally {
        library.deleteEncoding(encoding);
      }
    });
  }

  @Override
  public String decode(int id) {
    return guard.use(() -> library.decode(handle, new long[] {id}, false));
  }

  @Override
  public SequenceTemplate template() {
    return template;
  }

  private SequenceTemplate probeTemplate() {
    long encoding = library.encode(handle, PROBE, true);
    try {
      return TemplateProbe.single(
          toInts(library.getTokenIds(encoding)), library.getSpecialTokenMask(encoding));
    } finally {
      library.deleteEncoding(encoding);
    }
  }

  @Override
  public PairTemplate pairTemplate() {
    return guard.use(() -> {
      long encoding = library.encodeDual(handle, PROBE, PROBE, true);
      try {
        return TemplateProbe.pair(
            toInts(library.getTokenIds(encoding)),
            library.getSpecialTokenMask(encoding),
            library.getTypeIds(encoding));
      } finally {
        library.deleteEncoding(encoding);
      }
    });
  }

  private static int[] toInts(long[] ids) {
    int[] result = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      result[i] = (int) ids[i];
    }
    return result;
  }

  @Override
  public void close() {
    guard.close(() -> library.deleteTokenizer(handle));
  }
}
