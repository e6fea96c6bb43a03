package io.github.bge4j.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * The API of each published module is what its {@code api.txt} says, and the changelog names what
 * is incompatible of it. With {@code -Dbge.api=record} writes the files; with {@code release} makes
 * what is there now the API of the last release.
 */
final class PublicApiTest {

  private static final Path ROOT = Path.of("..", "..");

  private static final List<String> MODULES = List.of(
      "bge-sparse",
      "bge-batching",
      "bge-core",
      "bge-examples/djl",
      "bge-examples/langchain4j",
      "bge-examples/lucene",
      "bge-examples/micrometer",
      "bge-examples/qdrant",
      "bge-examples/spark",
      "bge-examples/spring-ai/adapters",
      "bge-examples/spring-ai/autoconfigure");

  @ParameterizedTest
  @FieldSource("MODULES")
  void api_ofEachModule_isRecordedAndCompatibleOrNamed(String module) throws IOException {
    Path file = ROOT.resolve(module).resolve("api.txt");
    SortedSet<ApiElement> actual =
        ClassFiles.api(ROOT.resolve(module).resolve("target").resolve("classes"));
    assertThat(actual).isNotEmpty();
    ApiFile recorded = ApiFile.parse(Files.exists(file) ? Files.readString(file) : "");
    String mode = System.getProperty("bge.api", "check");
    assertThat(mode).isIn("check", "record", "release");
    if (!mode.equals("check")) {
      recorded = new ApiFile(mode.equals("release") ? actual : recorded.released(), actual);
      Files.writeString(file, recorded.format());
    }
    Changelog changelog = Changelog.parse(Files.readString(ROOT.resolve("CHANGELOG.md")));
    assertThat(ApiCheck.problems(module + "/api.txt", recorded, actual, changelog))
        .isEmpty();
  }

  /** A module that is published by its own POM is not forgotten. */
  @Test
  void modules_areAllThatArePublished() throws IOException {
    try (Stream<Path> poms = Files.find(
        ROOT.resolve("bge-examples"), 2, (path, attributes) -> path.endsWith("pom.xml"))) {
      List<String> published = poms.filter(PublicApiTest::isPublished)
          .map(pom -> ROOT.relativize(pom).toString().replace('\\', '/').replace("/pom.xml", ""))
          .toList();
      assertThat(published).isNotEmpty();
      assertThat(MODULES).containsAll(published);
    }
  }

  private static boolean isPublished(Path pom) {
    try {
      return Files.isDirectory(pom.resolveSibling("src").resolve("main"))
          && Files.readString(pom).contains("<maven.deploy.skip>false</maven.deploy.skip>");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
