package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.testing.GoldenFiles;
import io.github.bge4j.testing.Jdk;
import io.github.bge4j.testing.Page;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Applications whose threads do not have the class loader of this library, as in containers and fat
 * jars.
 */
@Timeout(120)
class NativeLoadingTest {

  private static final String MAIN = """
      public final class Main {
        public static void main(String[] args) throws Exception {
          Thread.currentThread().setContextClassLoader(ClassLoader.getPlatformClassLoader());
          var model = io.github.bge4j.ModelSource.directory(java.nio.file.Path.of(args[0]));
          try (var embedder = io.github.bge4j.BgeEmbedder.builder().model(model).build()) {
            System.out.println(embedder.dense("a").length);
          }
        }
      }
      """;

  @TempDir
  private Path folder;

  @Test
  void build_contextLoaderWithoutTheLibrary_opens() throws Exception {
    Path main = Files.writeString(folder.resolve("Main.java"), MAIN);
    String classPath = Jdk.classPath();
    Jdk.javac("-proc:none", "-cp", classPath, "-d", folder.toString(), main.toString());
    String printed = Jdk.java(
        folder,
        "-Djava.util.concurrent.ForkJoinPool.common.parallelism=4",
        "-cp",
        classPath + File.pathSeparator + folder,
        "Main",
        GoldenFiles.path("m3").toString());
    assertThat(printed.strip()).isEqualTo("64");
  }

  /** From JDK 24 on the JVM warns of native code, and of what will go from sun.misc.Unsafe. */
  @Test
  void program_withTheFlagOfTheDocumentation_isWarnedOfNothing() throws Exception {
    List<String> flags = Jdk.nativeAccess();

    assertThat(warnings(flags)).doesNotContain("WARNING");
    if (!flags.isEmpty()) {
      assertThat(Page.of("docs/deployment.md").text()).contains(flags);
      assertThat(warnings(List.of())).contains("WARNING", "--enable-native-access");
    }
  }

  private String warnings(List<String> flags) throws Exception {
    Path main = Files.writeString(folder.resolve("Main.java"), MAIN);
    String classPath = Jdk.classPath();
    Jdk.javac("-proc:none", "-cp", classPath, "-d", folder.toString(), main.toString());
    List<String> arguments = new ArrayList<>(flags);
    arguments.addAll(List.of(
        "-cp",
        classPath + File.pathSeparator + folder,
        "Main",
        GoldenFiles.path("m3").toString()));
    Path errors = folder.resolve("errors.txt");
    Process process = Jdk.process(arguments.toArray(String[]::new))
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(errors.toFile())
        .start();
    assertThat(process.waitFor()).isZero();
    return Files.readString(errors);
  }
}
