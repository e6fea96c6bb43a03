package io.github.bge4j.internal.text;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import io.github.bge4j.ModelException;
import io.github.bge4j.internal.NativeGuard;
import java.util.List;

/**
 * The Hugging Face tokenizers library (Rust), called at the level of its JNI functions.
 *
 * <p>The convenience class above them calls home on EC2, copies seven arrays a text where one is
 * wanted, and cuts at 512 tokens unless told otherwise (docs/adr/0002).
 */
public final class HuggingFaceTokenizer implements Tokenizer {

  private final NativeGuard guard = new NativeGuard("tokenizer");
  private final TokenizersLibrary library;
  private final long handle;
  private final List<Template> templates;
  private final String name;

  private final int size;

  private HuggingFaceTokenizer(TokenizersLibrary library, long handle, TokenizerFile file) {
    this.library = library;
    this.handle = handle;
    this.templates = file.templates();
    this.name = file.name();
    this.size = file.size();
  }

  /**
   * Opens a tokenizer. The library gets what was understood of the file, never the file itself.
   *
   * @throws ModelException if the library cannot read it
   */
  public static HuggingFaceTokenizer open(TokenizerFile file) {
    TokenizersLibrary library = NativeLibrary.get();
    try {
      return new HuggingFaceTokenizer(
          library, library.createTokenizerFromString(file.json()), file);
    } catch (RuntimeException e) {
      throw TokenizerFile.unreadable(file.name(), e);
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
  public int size() {
    return size;
  }

  @Override
  public String decode(int id) {
    return guard.use(() -> library.decode(handle, new long[] {id}, false));
  }

  @Override
  public Template template() {
    return templates.get(0);
  }

  @Override
  public Template pairTemplate() {
    if (templates.size() < 2) {
      throw new ModelException(
          "a reranker's tokenizer must join two texts with special tokens before, between and after"
              + " them, as BERT or XLM-RoBERTa do: post_processor.pair, in " + name
              + ", does not; use the tokenizer of the model");
    }
    return templates.get(1);
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
