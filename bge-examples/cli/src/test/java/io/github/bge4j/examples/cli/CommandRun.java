package io.github.bge4j.examples.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What one command line left behind. No stream is a terminal. */
record CommandRun(int exitCode, String out, String err) {

  static CommandRun of(String input, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    CommandRun run = of(input, out, args);
    return new CommandRun(run.exitCode(), out.toString(StandardCharsets.UTF_8), run.err());
  }

  /** Runs a command that writes to another stream; {@link #out} stays empty. */
  static CommandRun of(String input, OutputStream out, String... args) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Stdio stdio = new Stdio(
        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
        out,
        new PrintStream(err, true, StandardCharsets.UTF_8),
        stream -> false);
    int exitCode = BgeCli.run(stdio, args);
    return new CommandRun(exitCode, "", err.toString(StandardCharsets.UTF_8));
  }
}
