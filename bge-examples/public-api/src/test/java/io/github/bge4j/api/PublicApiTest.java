package io.github.bge4j.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.testing.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The API of each published module is what its {@code api.txt} says, and the changelog names what
 * is incompatible of it. With {@code -Dbge.api=record} writes the files; with {@code release} makes
 * what is there now the API of the last release.
 */
final class PublicApiTest {

  private static final Path ROOT = Page.project();

  private static final Pattern ARTIFACT =
      Pattern.compile("<groupId>io.github.bge4j</groupId>\\s*<artifactId>(.*)</artifactId>");

  /** The folders of what is published, by their POMs. */
  static List<String> published() {
    return Page.files("pom.xml").stream()
        .filter(pom -> Page.read(pom).contains("<unpublished>false</unpublished>"))
        .map(pom -> ROOT.relativize(pom.getParent()).toString().replace('\\', '/'))
        .toList();
  }

  static List<String> publishedCode() {
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
  void bom_listsAllThatIsPublishedAndSoDoesItsConsumer() {
    Set<String> published = published().stream()
        .map(module -> ownPart(Page.read(ROOT.resolve(module).resolve("pom.xml"))))
        .map(pom -> pom.substring(pom.indexOf("<artifactId>") + 12, pom.indexOf("</artifactId>")))
        .collect(Collectors.toCollection(TreeSet::new));
    assertThat(published).contains("bge-bom", "bge-sparse", "bge-spring-boot-starter");
    assertThat(artifacts(Page.read(ROOT.resolve(".ci/consumer/all/pom.xml")))).isEqualTo(published);
    published.remove("bge-bom");
    assertThat(artifacts(ownPart(Page.read(ROOT.resolve("bge-examples/bom/pom.xml")))))
        .isEqualTo(published);
  }

  /** Returns what a POM has after its parent. */
  private static String ownPart(String pom) {
    return pom.substring(pom.indexOf("</parent>"));
  }

  private static Set<String> artifacts(String pom) {
    return ARTIFACT
        .matcher(pom)
        .results()
        .map(artifact -> artifact.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
