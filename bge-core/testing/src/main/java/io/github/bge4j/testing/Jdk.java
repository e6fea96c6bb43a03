package io.github.bge4j.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;

/** The compiler and the launcher of the JDK that runs the tests. */
public final class Jdk {

  private Jdk() {}

  /** Compiles; fails with what the compiler said. */
  public static void javac(String... arguments) {
    StringWriter messages = new StringWriter();
    int status = ToolProvider.findFirst("javac")
        .orElseThrow()
        .run(new PrintWriter(messages), new PrintWriter(messages), arguments);
    assertThat(status).as("%s", messages).isZero();
  }

  /** Runs a JVM to its end and returns what it printed to its standard output. */
  public static String java(Path folder, String... arguments)
      throws IOException, InterruptedException {
    return output(folder, process(arguments));
  }

  /** Runs a JVM likewise, with these variables of the hub and no others, and no shared cache. */
  public static String java(Path folder, Map<String, String> hubVariables, String... arguments)
      throws IOException, InterruptedException {
    ProcessBuilder builder = process(arguments);
    builder.environment().keySet().removeIf(name -> name.matches("HF_.*|XDG_CACHE_HOME"));
    builder.environment().putAll(hubVariables);
    return output(folder, builder);
  }

  /** One that hangs, or whose test is over, is ended; the failure says what it wrote so far. */
  private static String output(Path folder, ProcessBuilder builder)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "output", ".txt");
    Path errors = Files.createTempFile(folder, "errors", ".txt");
    Process process =
        builder.redirectOutput(output.toFile()).redirectError(errors.toFile()).start();
    try {
      boolean ended = process.waitFor(100, TimeUnit.SECONDS);
      String wrote = Files.readString(errors);
      assertThat(ended).as("ends within 100 s; its errors: %s", wrote).isTrue();
      assertThat(process.exitValue()).as("%s", wrote).isZero();
      return Files.readString(output);
    } finally {
      process.destroyForcibly();
    }
  }

  /** Returns a JVM that is not started. */
  public static ProcessBuilder process(String... arguments) {
    List<String> command = new ArrayList<>(List.of(arguments));
    command.add(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
    return new ProcessBuilder(command);
  }

  /** Returns the flag of docs/deployment.md, without which JVMs from 24 on warn of native code. */
  public static List<String> nativeAccess() {
    return Runtime.version().feature() < 24
        ? List.of()
        : List.of("--enable-native-access=ALL-UNNAMED");
  }

  /** Returns the test class path. */
  public static String classPath() {
    return System.getProperty("java.class.path");
  }

  /** Returns the entries of the test class path that are wanted, as one path. */
  public static String classPath(Predicate<String> wanted) {
    return Arrays.stream(classPath().split(File.pathSeparator))
        .filter(wanted)
        .collect(Collectors.joining(File.pathSeparator));
  }
}
