package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.testing.GoldenFiles;
import io.github.bge4j.testing.Jdk;
import io.github.bge4j.testing.hub.TestHub;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A modular application that uses every published module, started on the module path. */
@Timeout(120)
class ModulePathTest {

  private static final String MODULE_INFO = """
      module consumer {
        requires io.github.bge4j;
        requires io.github.bge4j.batching;
        requires io.github.bge4j.sparse;
      }
      """;

  private static final String MAIN = """
      package consumer;

      import io.github.bge4j.*;
      import io.github.bge4j.batching.BatchExecutor;
      import io.github.bge4j.sparse.SparseVector;

      public final class Main {
        public static void main(String[] args) throws Exception {
          ModelSource source = ModelSource.onnxResource(
              ClassLoader.getSystemClassLoader(), "bge-small-en-v1.5.onnx", "bge-small-en-v1.5-tokenizer.json").asIs();
          try (BatchExecutor executor = BatchExecutor.builder().build();
              BgeEmbedder embedder = BgeEmbedder.builder().model(source).executor(executor).build()) {
            System.out.println(
                BgeEmbedder.class.getModule().getName() + " " + embedder.dense("hello").length + " "
                    + SparseVector.of(new int[] {1}, new float[] {2}).size());
          }
          HubSource hub = ModelSource.hub("BAAI/bge-m3")
              .withEndpoint(java.net.URI.create(args[0]))
              .withCache(java.nio.file.Path.of(args[1]))
              .withOffline(false);
          hub.pull();
          hub.pull();
          try (BgeEmbedder embedder = BgeEmbedder.builder().model(hub.withOffline(true)).build()) {
            System.out.println("hub " + embedder.dense("hello").length);
          }
        }
      }
      """;

  /** Name prefixes of what a user has at run time; what only tests need stays out. */
  private static final List<String> RUNTIME =
      List.of("bge-", "onnxruntime-", "tokenizers-", "api-", "slf4j-api-", "gson-", "jspecify-");

  @TempDir
  private Path folder;

  @Test
  void consumer_onTheModulePath_embedsTexts() throws Exception {
    String modules = Jdk.classPath(ModulePathTest::isRuntime);
    String model = Jdk.classPath(entry -> entry.contains("langchain4j-embeddings"));
    Path moduleInfo = Files.writeString(folder.resolve("module-info.java"), MODULE_INFO);
    Path main = Files.writeString(folder.resolve("Main.java"), MAIN);
    Path classes = folder.resolve("classes");
    Jdk.javac(
        "--module-path", modules, "-d", classes.toString(), moduleInfo.toString(), main.toString());

    try (TestHub hub = TestHub.start()) {
      hub.add(GoldenFiles.m3());

      String printed = Jdk.java(
          folder,
          "--module-path",
          classes + File.pathSeparator + modules,
          "--class-path",
          model,
          "--module",
          "consumer/consumer.Main",
          hub.endpoint().toString(),
          folder.resolve("cache").toString());

      assertThat(printed.lines()).containsExactly("io.github.bge4j 384 1", "hub 64");
    }
  }

  private static boolean isRuntime(String entry) {
    String name = Path.of(entry).getFileName().toString();
    return name.equals("classes") || RUNTIME.stream().anyMatch(name::startsWith);
  }
}
