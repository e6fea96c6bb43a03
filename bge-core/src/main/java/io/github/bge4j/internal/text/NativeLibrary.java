package io.github.bge4j.internal.text;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import io.github.bge4j.ModelException;

/**
 * Loads the native tokenizer library from the jar, once in a process, without touching the network.
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
   * @throws ModelException if this platform has no build of it, or its cache directory cannot be
   *     written
   */
  static synchronized TokenizersLibrary get() {
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
    } catch (RuntimeException | LinkageError | AssertionError e) {
      throw new ModelException(
          "the native tokenizer library must load on " + System.getProperty("os.name") + " "
              + System.getProperty("os.arch")
              + "; its cache directory (DJL_CACHE_DIR, by default .djl.ai in the home directory) must be writable: "
              + e,
          e);
    } finally {
      thread.setContextClassLoader(before);
      if (choose) {
        System.clearProperty(FLAVOR_PROPERTY);
      }
    }
    return TokenizersLibrary.LIB;
  }
}
