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
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The API of each published module is what its {@code api.txt} says, and the changelog names what
 * is incompatible of it. With {@code -Dbge.api=record} writes the files; with {@code release} makes
 * what is there now the API of the last release.
 */
final class PublicApiTest {

  private static final Path ROOT = Path.of("..", "..");

  /** The folders of what is published, by their POMs. */
  static List<String> published() throws IOException {
    try (Stream<Path> poms = Files.find(ROOT, 4, (path, attributes) -> path.endsWith("pom.xml"))) {
      return poms.filter(pom -> read(pom).contains("<unpublished>false</unpublished>"))
          .map(pom -> ROOT.relativize(pom.getParent()).toString().replace('\\', '/'))
          .sorted()
          .toList();
    }
  }

  static List<String> publishedCode() throws IOException {
    return published().stream()
        .filter(module -> Files.isDirectory(ROOT.resolve(module).resolve("src").resolve("main")))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("publishedCode")
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

  @Test
  void bom_listsAllThatIsPublished() throws IOException {
    String bom = read(ROOT.resolve("bge-examples/bom/pom.xml"));
    List<String> others = published().stream()
        .filter(module -> !module.equals("bge-examples/bom"))
        .toList();
    assertThat(others).contains("bge-sparse", "bge-examples/spring-ai/starter");
    for (String module : others) {
      String pom = read(ROOT.resolve(module).resolve("pom.xml"));
      String own = pom.substring(pom.indexOf("</parent>"));
      String artifact = own.substring(own.indexOf("<artifactId>"), own.indexOf("</artifactId>"));
      assertThat(bom).contains(artifact + "</artifactId>");
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
