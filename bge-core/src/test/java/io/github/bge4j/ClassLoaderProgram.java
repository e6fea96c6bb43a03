package io.github.bge4j;

import java.net.URLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A process with many web applications; prints one line for each thing that it did. See
 * {@link ClassLoadersTest}.
 */
final class ClassLoaderProgram {

  private static final int ROUNDS = 10;
  private static final int AT_ONCE = 4;

  private ClassLoaderProgram() {}

  /** Takes the folder of a model. */
  public static void main(String[] args) throws Exception {
    // A loader that is closed would close the jars that the JDK has cached for all of them.
    URLConnection.setDefaultUseCaches("jar", false);
    String folder = args[0];
    try (EmbedderApplication own = new EmbedderApplication();
        ApplicationLoader first = ApplicationLoader.open()) {
      String expected = own.apply(folder);
      Function<String, String> longLived = first.make(EmbedderApplication.class);
      check(expected, longLived.apply(folder), "two side by side");
      for (int round = 0; round < ROUNDS; round++) {
        Thread.currentThread().setContextClassLoader(contextLoader(round));
        check(expected, openAndClose(folder), "closed and opened " + round);
        check(expected, longLived.apply(folder), "the first one goes on " + round);
      }
      for (String vector : atOnce(folder)) {
        check(expected, vector, "at once");
      }
      check(expected, own.apply(folder), "the last one");
      ((AutoCloseable) longLived).close();
    }
  }

  /** None, one that knows nothing of the library, and that of another application. */
  private static @Nullable ClassLoader contextLoader(int round) {
    return switch (round % 3) {
      case 0 -> null;
      case 1 -> ClassLoader.getPlatformClassLoader();
      default -> ClassLoaderProgram.class.getClassLoader();
    };
  }

  private static String openAndClose(String folder) throws Exception {
    try (ApplicationLoader loader = ApplicationLoader.open()) {
      Function<String, String> application = loader.make(EmbedderApplication.class);
      String vector = application.apply(folder);
      ((AutoCloseable) application).close();
      return vector;
    }
  }

  private static List<String> atOnce(String folder) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<Callable<String>> calls = new ArrayList<>();
      for (int i = 0; i < AT_ONCE; i++) {
        calls.add(() -> openAndClose(folder));
      }
      List<String> vectors = new ArrayList<>();
      for (Future<String> vector : threads.invokeAll(calls)) {
        vectors.add(vector.get());
      }
      return vectors;
    } finally {
      threads.shutdown();
    }
  }

  private static void check(String expected, String vector, String what) {
    if (!vector.equals(expected)) {
      throw new IllegalStateException(what + ": " + vector + " is not " + expected);
    }
    System.out.println(what);
  }
}
