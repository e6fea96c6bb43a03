package io.github.bge4j.spark;

import io.github.bge4j.testing.Jdk;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.package$;

/**
 * What an installation of Spark has, made of the test class path: its jars without ours, which are
 * given to {@code spark-submit}.
 */
record SparkHome(Path folder, List<Path> ours, Path tests) {

  /** What a user of this module sends to a cluster. */
  private static final Pattern OURS = Pattern.compile(
      ".*(/bge-(core|sparse|batching|spark)|/spark/target/|/ai/djl/|/onnxruntime/|/gson/).*");

  /** Jars that Spark's distribution has instead of those that Maven chose, from a folder. */
  private static final String OLD_JARS = System.getProperty("bge.test.spark.old-jars", "");

  private static final Pattern REPLACED = Pattern.compile(".*/(gson|protobuf-java|guava)-.*");

  /** What only the jar "qdrant" brings. */
  private static final Pattern QDRANTS =
      Pattern.compile(".*(/bge-qdrant|/qdrant/target/|/io/(qdrant|grpc|perfmark)/).*");

  /** Makes one below the folder, or makes it anew. */
  static SparkHome make(Path parent) throws IOException {
    Path folder = parent.toAbsolutePath();
    Path home = folder.resolve("home");
    Path jars = Files.createDirectories(home.resolve("jars"));
    for (File old : jars.toFile().listFiles()) {
      Files.delete(old.toPath());
    }
    Path packed = Files.createDirectories(folder.resolve("packed"));
    List<Path> ours = new ArrayList<>();
    Path tests = null;
    List<String> entries = new ArrayList<>(List.of(Jdk.classPath().split(File.pathSeparator, -1)));
    entries.removeIf(SparkHome::isQdrants);
    for (String entry : entries) {
      Path path = Path.of(entry).toAbsolutePath();
      if (Files.exists(path.resolve("io/github/bge4j/spark/ClusterJob.class"))) {
        tests = jar(path, packed.resolve("tests.jar"));
      } else if (Files.isDirectory(path)) {
        ours.add(jar(path, packed.resolve(ours.size() + ".jar")));
      } else if (OURS.matcher(entry).matches()) {
        ours.add(path);
      } else if (Files.exists(path)
          && (OLD_JARS.isEmpty() || !REPLACED.matcher(entry).matches())) {
        Files.createSymbolicLink(jars.resolve(path.getFileName()), path);
      }
    }
    if (!OLD_JARS.isEmpty()) {
      for (File old : new File(OLD_JARS).listFiles()) {
        Files.createSymbolicLink(jars.resolve(old.getName()), old.toPath().toAbsolutePath());
      }
    }
    Files.writeString(home.resolve("RELEASE"), "Spark " + version() + "\n");
    if (tests == null) {
      throw new IllegalStateException(
          "the test class path must hold ClusterJob: " + Jdk.classPath());
    }
    return new SparkHome(home, ours, tests);
  }

  private static Path jar(Path classes, Path jar) throws IOException {
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file);
        Stream<Path> files = Files.walk(classes)) {
      for (Path each : files.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(each).toString()));
        Files.copy(each, out);
      }
    }
    return jar;
  }

  /** Sends the jar "qdrant" in the place of the module, and starts programs from it. */
  SparkHome withQdrant(Path jar) {
    List<Path> others = ours.stream()
        .filter(path -> !path.getFileName().toString().matches("\\d+\\.jar|bge-spark-.*"))
        .toList();
    return new SparkHome(folder, others, jar.toAbsolutePath());
  }

  /** Tells whether an entry of the class path is what only the jar "qdrant" brings. */
  static boolean isQdrants(String entry) {
    return QDRANTS.matcher(entry).matches();
  }

  static String version() {
    return package$.MODULE$.SPARK_VERSION();
  }

  /**
   * Runs a driver to its end; its errors go to this process's own.
   *
   * @param onLine told of each line of its output, with the driver
   */
  List<String> submit(
      List<String> settings, Class<?> job, List<String> arguments, Consumer<Line> onLine)
      throws IOException, InterruptedException {
    Path work = Files.createDirectories(folder.resolveSibling("work"));
    List<String> command =
        new ArrayList<>(List.of("@" + System.getProperty("bge.test.spark.args")));
    command.addAll(
        List.of("-cp", folder.resolve("jars") + "/*", "org.apache.spark.deploy.SparkSubmit"));
    command.addAll(List.of("--master", "local-cluster[2,1,1024]"));
    for (String setting : settings) {
      command.addAll(List.of("--conf", setting));
    }
    command.addAll(
        List.of("--jars", String.join(",", ours.stream().map(Path::toString).toList())));
    command.addAll(List.of("--class", job.getName(), tests.toString()));
    command.addAll(arguments);
    ProcessBuilder builder = Jdk.process(command.toArray(String[]::new))
        .redirectError(folder.resolveSibling("driver.log").toFile());
    builder.environment().put("SPARK_HOME", folder.toString());
    builder.environment().put("SPARK_SCALA_VERSION", version().startsWith("3.") ? "2.12" : "2.13");
    builder.environment().put("SPARK_WORKER_DIR", work.toString());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    Process driver = builder.start();
    List<String> said = new ArrayList<>();
    try (BufferedReader lines = new BufferedReader(
        new InputStreamReader(driver.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        said.add(line);
        onLine.accept(new Line(line, driver));
      }
    } finally {
      driver.descendants().forEach(ProcessHandle::destroyForcibly);
      driver.destroyForcibly();
    }
    if (driver.waitFor() != 0) {
      throw new AssertionError("the driver failed after it said " + said + ": "
          + Files.readString(folder.resolveSibling("driver.log")));
    }
    return said;
  }

  /** A line of a driver's output. */
  record Line(String text, Process driver) {

    /** Kills one of the driver's executors, as a machine that is lost does. */
    void killExecutor() {
      SparkHome.killExecutor(driver.toHandle());
    }
  }

  /** Kills an executor among the descendants of a process. */
  static void killExecutor(ProcessHandle ancestor) {
    ProcessHandle executor = ancestor
        .descendants()
        .filter(
            child -> child.info().commandLine().orElse("").contains("CoarseGrainedExecutorBackend"))
        .findFirst()
        .orElseThrow(() -> new AssertionError("the driver must have an executor: "
            + ancestor.descendants().map(ProcessHandle::info).toList()));
    executor.destroyForcibly();
  }

  /** Writes a script that finds one card, as Spark's workers ask for it. */
  static Path oneCard(Path script) throws IOException {
    Files.writeString(script, "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [\"0\"]}'\n");
    return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
