package io.github.bge4j.examples.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;
import org.jline.terminal.impl.exec.ExecTerminalProvider;
import org.jline.terminal.spi.SystemStream;

/**
 * The three streams of a process.
 *
 * @param out for data; not a {@link PrintStream}, which hides that a write failed
 * @param err for messages
 * @param isTerminal tells which of the three is a terminal
 */
record Stdio(
    InputStream in, OutputStream out, PrintStream err, Predicate<SystemStream> isTerminal) {

  /**
   * Returns the streams of this process, all of them UTF-8.
   *
   * <p>{@code System.console()} cannot tell about one stream: up to JDK 21 it is about two of them
   * at once, and from 22 on it is there without any terminal.
   */
  static Stdio ofProcess() {
    return new Stdio(
        System.in,
        new FileOutputStream(FileDescriptor.out),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
        new ExecTerminalProvider()::isSystemStream);
  }
}
