package io.github.bge4j.internal.text;

import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import io.github.bge4j.ModelException;
import io.github.bge4j.Token;
import io.github.bge4j.internal.NativeGuard;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The Hugging Face tokenizers library (Rust), called at the level of its JNI functions.
 *
 * <p>The convenience class above them calls home on EC2, copies seven arrays a text where one is
 * wanted, and cuts at 512 tokens unless told otherwise (docs/adr/0002).
 */
public final class HuggingFaceTokenizer implements Tokenizer {

  private static final String FLAVOR_PROPERTY = "RUST_FLAVOR";

  /** How much of a text is read at first: with most languages more than are wanted are found. */
  private static final int CHARS_PER_TOKEN = 8;

  private static final int LEAST_CHARS = 4096;

  private final NativeGuard guard = new NativeGuard("tokenizer");
  private final TokenizersLibrary library;
  private final long handle;
  private final List<Template> templates;
  private final WordBoundaries boundaries;
  private final String name;
  private final int size;

  private HuggingFaceTokenizer(TokenizersLibrary library, long handle, TokenizerFile file) {
    this.library = library;
    this.handle = handle;
    this.templates = file.templates();
    this.boundaries = file.boundaries();
    this.name = file.name();
    this.size = file.size();
  }

  /**
   * Opens a tokenizer. The library gets what was understood of the file, never the file itself.
   *
   * @throws ModelException if the library cannot read it
   */
  public static HuggingFaceTokenizer open(TokenizerFile file) {
    TokenizersLibrary library = library();
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
  public int[] encode(String text, int wanted) {
    long most = Math.max(LEAST_CHARS, (long) CHARS_PER_TOKEN * wanted);
    while (most <= text.length() / 2) {
      int end = boundaries.before(text, (int) most);
      int[] ids = end == 0 ? new int[0] : encode(text.substring(0, end));
      if (ids.length >= wanted) {
        return ids;
      }
      most *= 4;
    }
    return encode(text);
  }

  @Override
  public List<Token> tokens(String text) {
    return guard.use(() -> {
      long encoding = library.encode(handle, text, false);
      try {
        return tokens(text, library.getTokenIds(encoding), library.getTokenCharSpans(encoding));
      } finally {
        library.deleteEncoding(encoding);
      }
    });
  }

  private static List<Token> tokens(String text, long[] ids, CharSpan[] spans) {
    int[] codePoints = text.codePoints().toArray();
    List<Token> tokens = new ArrayList<>(ids.length);
    for (int i = 0; i < ids.length; i++) {
      int start = spans[i].getStart();
      int end = spans[i].getEnd();
      String part = new String(codePoints, start, end - start);
      tokens.add(new Token((int) ids[i], part, false, start, end));
    }
    return tokens;
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
  public String decode(int[] ids, boolean skipSpecial) {
    long[] wide = Arrays.stream(ids).asLongStream().toArray();
    return guard.use(() -> library.decode(handle, wide, skipSpecial));
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

  /**
   * Loads the library from the jar, once for a class loader, without touching the network.
   *
   * <p>The library's own loader comes first: everybody in this class loader then uses the file in
   * its cache. The JVM gives that file to one class loader only, and the cache may not be writable;
   * so what comes second is a copy of our own.
   *
   * <p>On a machine with CUDA the loader would download a GPU build of the library (which tokenizes
   * no faster) unless a property says otherwise; an own choice of the user is respected.
   *
   * @throws ModelException if this platform has no build of it, or neither its cache nor the
   *     temporary directory can be used
   */
  static synchronized TokenizersLibrary library() {
    if (!isLinked()) {
      try {
        loadFromCache();
      } catch (RuntimeException | LinkageError | AssertionError e) {
        loadCopy(e);
      }
    }
    return TokenizersLibrary.LIB;
  }

  /** Tells whether the functions are there, whoever loaded them. */
  private static boolean isLinked() {
    try {
      TokenizersLibrary.LIB.createTokenizerFromString("");
      return true;
    } catch (UnsatisfiedLinkError e) {
      return false;
    } catch (RuntimeException e) {
      return true; // an empty file is no tokenizer
    }
  }

  private static void loadFromCache() {
    boolean choose =
        System.getenv(FLAVOR_PROPERTY) == null && System.getProperty(FLAVOR_PROPERTY) == null;
    if (choose) {
      System.setProperty(FLAVOR_PROPERTY, "cpu");
    }
    // The loader looks for its files with the thread's class loader, which may know nothing of
    // them.
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(LibUtils.class.getClassLoader());
    try {
      LibUtils.checkStatus();
    } finally {
      thread.setContextClassLoader(before);
      if (choose) {
        System.clearProperty(FLAVOR_PROPERTY);
      }
    }
  }

  private static void loadCopy(Throwable cacheFailure) {
    // The JVM looks for native functions in what the class loader of their class has loaded.
    if (!Objects.equals(
        TokenizersLibrary.class.getClassLoader(), HuggingFaceTokenizer.class.getClassLoader())) {
      throw new ModelException(
          "the native tokenizer library must load: " + rootOf(cacheFailure)
              + "; put ai.djl.huggingface:tokenizers beside bge-core (not into a parent class"
              + " loader, which may have loaded it only once in a JVM)",
          cacheFailure);
    }
    Path directory = Path.of(System.getProperty("java.io.tmpdir"));
    try {
      LibraryCopy.load(directory);
    } catch (IOException | RuntimeException | LinkageError e) {
      ModelException failure = new ModelException(
          "the native tokenizer library must load on " + System.getProperty("os.name") + " "
              + System.getProperty("os.arch") + ", from the cache (DJL_CACHE_DIR, by default"
              + " .djl.ai in the home directory: " + rootOf(cacheFailure)
              + ") or from a copy in the temporary directory " + directory + ": " + rootOf(e)
              + "; make one of them a directory that can be written and executed in, by"
              + " DJL_CACHE_DIR=DIR or -Djava.io.tmpdir=DIR",
          e);
      failure.addSuppressed(cacheFailure);
      throw failure;
    }
  }

  /** What really happened: after the first failure of a class the JVM tells it only below. */
  private static Throwable rootOf(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }
}
