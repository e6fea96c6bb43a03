package io.github.bge4j.internal.text;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import io.github.bge4j.ModelException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Loads the native tokenizer library from the jar, once for a class loader, without touching the
 * network.
 *
 * <p>The library's own loader comes first: everybody in this class loader then uses the file in its
 * cache. The JVM gives that file to one class loader only, and the cache may not be writable; so
 * what comes second is a copy of our own.
 *
 * <p>On a machine with CUDA the loader would download a GPU build of the library (which tokenizes
 * no faster) unless the property below says otherwise; an own choice of the user is respected.
 */
final class NativeLibrary {

  private static final String FLAVOR_PROPERTY = "RUST_FLAVOR";

  private NativeLibrary() {}

  /**
   * Returns the functions of the library.
   *
   * @throws ModelException if this platform has no build of it, or neither its cache nor the
   *     temporary directory can be used
   */
  static synchronized TokenizersLibrary get() {
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
        TokenizersLibrary.class.getClassLoader(), NativeLibrary.class.getClassLoader())) {
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
