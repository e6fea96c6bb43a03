package io.github.bge4j.internal.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import io.github.bge4j.ModelException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** ONNX Runtime in this JVM: loaded when it is first asked for, and quiet. Thread-safe. */
final class OnnxEnvironment {

  private static @Nullable OrtEnvironment environment;

  private OnnxEnvironment() {}

  /**
   * Returns the environment, of which a JVM has one. What goes wrong is in exceptions; a library
   * prints nothing. Where another library made the environment, its level holds.
   *
   * @throws LinkageError if the native libraries cannot be loaded
   */
  static synchronized OrtEnvironment get() throws OrtException {
    if (environment == null) {
      Logger logger = Logger.getLogger(OrtEnvironment.class.getName());
      Level level = logger.getLevel();
      // It would warn that an environment which is there keeps its level.
      logger.setLevel(Level.OFF);
      try {
        environment =
            OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "bge4j");
      } finally {
        logger.setLevel(level);
      }
      environment.setTelemetry(false);
    }
    return environment;
  }

  /** After the first failure of a class, the JVM tells what really happened only below. */
  static ModelException notLoaded(LinkageError failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return new ModelException(
        "ONNX Runtime must load on " + System.getProperty("os.name") + " "
            + System.getProperty("os.arch") + ", from the temporary directory "
            + System.getProperty("java.io.tmpdir") + ": " + root
            + "; make it a directory that can be written and executed in, by -Djava.io.tmpdir=DIR,"
            + " or name one that has the native libraries by -Donnxruntime.native.path=DIR",
        failure);
  }
}
