package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.testing.GoldenFiles;
import io.github.bge4j.testing.Jdk;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
