package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.testing.GoldenFiles;
import io.github.bge4j.testing.Jdk;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the library needs on the class path, and what it does without (docs/adr/0012). */
@Timeout(120)
class FootprintTest {

  /** File name prefixes of the jars without which nothing opens. */
  private static final List<String> NEEDED =
      List.of("onnxruntime-", "tokenizers-", "gson-", "slf4j-api-", "bge-batching", "bge-sparse");

  private static final String MAIN = """
      import io.github.bge4j.*;
      import java.nio.file.Path;
      import java.util.List;

      public final class Main {
        public static void main(String[] args) {
          try (var embedder = BgeEmbedder.builder().model(ModelSource.directory(Path.of(args[0]))).build();
              var reranker = BgeReranker.builder().model(ModelSource.directory(Path.of(args[1]))).build()) {
            var all = embedder.embed(List.of("a b"), Output.DENSE, Output.SPARSE, Output.MULTI_VECTOR).get(0);
            System.out.println(all.dense().length + " " + embedder.tokenize("a b").size());
            System.out.println(reranker.score("a", "b"));
          }
          try {
            BgeEmbedder.builder().model(ModelSource.directory(Path.of(args[2]))).build().close();
          } catch (ModelException e) {
            System.out.println("refused");
          }
        }
      }
      """;

  @TempDir
  private Path folder;

  @Test
  void classPath_ofTheTests_hasNothingThatIsExcluded() {
    assertThat(Jdk.classPath().split(File.pathSeparator))
        .extracting(entry -> Path.of(entry).getFileName().toString())
        .noneMatch(name -> name.matches("(jna|commons-compress|commons-codec|commons-io)-.*"))
        .anyMatch(name -> name.startsWith("api-"));
  }

  @Test
  void application_withoutTheExcluded_usesTheTokenizersOwnLoader() throws Exception {
    Path cache = folder.resolve("cache");

    List<String> printed =
        run(cache, Stream.concat(NEEDED.stream(), Stream.of("api-")).toList());

    assertThat(printed).hasSize(3).last().isEqualTo("refused");
    try (Stream<Path> files = Files.walk(cache)) {
      assertThat(files.filter(Files::isRegularFile)).hasSize(1);
    }
  }

  @Test
  void application_withoutTheApiOfDjl_usesACopyOfTheLibrary() throws Exception {
    Path cache = folder.resolve("cache");

    List<String> printed = run(cache, NEEDED);

    assertThat(printed).hasSize(3).last().isEqualTo("refused");
    assertThat(cache).doesNotExist();
  }

  /** Runs a program with every output, a reranker and a damaged model, in a JVM of its own. */
  private List<String> run(Path cache, List<String> jars) throws Exception {
    Path main = Files.writeString(folder.resolve("Main.java"), MAIN);
    Jdk.javac("-proc:none", "-cp", Jdk.classPath(), "-d", folder.toString(), main.toString());
    Path reranker = GoldenFiles.writeModel("reranker-label0", folder.resolve("reranker"));
    Path damaged = GoldenFiles.writeModel("bert", folder.resolve("damaged"));
    Files.writeString(damaged.resolve("tokenizer.json"), "{\"model\": {\"type\": \"BPE\"}}");
    String classPath = Jdk.classPath(entry -> isOurs(entry) || starts(entry, jars));
    assertThat(classPath.split(File.pathSeparator)).hasSizeBetween(jars.size() + 1, 10);
    String printed = Jdk.java(
        folder,
        "-DDJL_CACHE_DIR=" + cache,
        "-cp",
        classPath + File.pathSeparator + folder,
        "Main",
        GoldenFiles.path("m3").toString(),
        reranker.toString(),
        damaged.toString());
    return Arrays.asList(printed.split("\\R"));
  }

  private static boolean isOurs(String entry) {
    return Path.of(entry).endsWith(Path.of("target", "classes"));
  }

  private static boolean starts(String entry, List<String> prefixes) {
    String name = Path.of(entry).getFileName().toString();
    return prefixes.stream().anyMatch(name::startsWith);
  }
}
