package io.github.bge4j.examples.facade;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * LOG_LEVEL for {@code java.util.logging}, where the service and Undertow log unless the process
 * brings another backend.
 */
final class LogLevel {

  /** Kept, as the JDK forgets the level of a logger that nobody holds. */
  private static final Logger OURS = Logger.getLogger("io.github.bge4j");

  private LogLevel() {}

  /** Sets the level of the process; DEBUG only of our own messages. */
  static void apply(String name) {
    Level level = switch (name) {
      case "DEBUG" -> Level.FINE;
      case "WARNING", "WARN" -> Level.WARNING;
      case "ERROR", "CRITICAL" -> Level.SEVERE;
      default -> Level.INFO;
    };
    Logger root = Logger.getLogger("");
    root.setLevel(level.equals(Level.FINE) ? Level.INFO : level);
    OURS.setLevel(level);
    for (Handler handler : root.getHandlers()) {
      handler.setLevel(level);
    }
  }
}
