package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.testing.GoldenFiles;
import io.github.bge4j.testing.Jdk;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes that need the same converted weights at the same time. */
@Timeout(120)
class SharedCacheTest {

  private static final String MAIN = """
      public final class Main {
        public static void main(String[] args) {
          var model = io.github.bge4j.ModelSource.directory(java.nio.file.Path.of(args[0]));
          var cache = java.nio.file.Path.of(args[1]);
          try (var embedder = io.github.bge4j.BgeEmbedder.builder().model(model).cacheDirectory(cache).build()) {
            System.out.println(java.util.Arrays.toString(embedder.dense("embedding")));
          }
        }
      }
      """;

  @TempDir
  private Path folder;

  @Test
  void build_inThreeProcessesAtOnce_leavesWholeFilesAndTheSameVectors() throws Exception {
    GoldenFiles.writeModel("bert", folder);
    Path main = Files.writeString(folder.resolve("Main.java"), MAIN);
    String classPath = Jdk.classPath();
    Jdk.javac("-proc:none", "-cp", classPath, "-d", folder.toString(), main.toString());

    List<CompletableFuture<String>> processes = Stream.generate(() ->
            CompletableFuture.supplyAsync(() -> embed(classPath), run -> new Thread(run).start()))
        .limit(3)
        .toList();

    assertThat(processes.stream().map(CompletableFuture::join).distinct()).hasSize(1);
    // One of tables, one of matrices, and notes of their keys if the model is old enough.
    try (Stream<Path> files = Files.list(folder.resolve("cache"))) {
      List<String> names = files.map(Path::toString).toList();
      assertThat(names).filteredOn(name -> name.endsWith(".weights")).hasSize(2);
      assertThat(names).allMatch(name -> name.endsWith(".weights") || name.endsWith(".key"));
    }
  }

  private String embed(String classPath) {
    try {
      return Jdk.java(
          folder,
          "-cp",
          classPath + File.pathSeparator + folder,
          "Main",
          folder.toString(),
          folder.resolve("cache").toString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
