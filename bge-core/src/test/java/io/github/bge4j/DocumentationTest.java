package io.github.bge4j;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.github.bge4j.testing.Page;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every page of the project: its links, its code, and the way to it. */
class DocumentationTest {

  /** With a closing parenthesis only as the end. */
  private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");

  private static final Pattern HEADING = Pattern.compile("^#+ (.*)$", Pattern.MULTILINE);
  private static final Pattern NAMED_TYPE = Pattern.compile("\\{@code ([A-Z]\\w*)}");
  private static final Pattern TESTS = Pattern.compile("src/test/java");

  /** A dependency with its version, in XML or as Gradle writes it. */
  private static final Pattern DEPENDENCY = Pattern.compile("(?<![\\w.])([a-z][\\w.]+)"
      + "(?:</groupId>\\s*<artifactId>|:)([a-z][\\w-]+)"
      + "(?:</artifactId>\\s*<version>|:)(\\d[\\w.-]*|\\$\\{[\\w.-]+})");

  static List<Page> pages() {
    return Page.all();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void links_leadToFilesAndHeadingsThatAre(Page page) {
    for (String link : links(page)) {
      Path target = target(page, link);
      assertThat(target).as("%s links to %s", page, link).exists();
      int anchor = link.indexOf('#');
      if (anchor >= 0) {
        assertThat(anchors(page(target)))
            .as("headings that %s links to", page)
            .contains(link.substring(anchor + 1));
      }
    }
  }

  /** Its own tests compile the code around a snippet, and run it; lines may be broken elsewhere. */
  @ParameterizedTest
  @MethodSource("pages")
  void snippets_standInTestsOfTheirModule(Page page) {
    List<String> snippets = page.snippets();
    if (!snippets.isEmpty()) {
      String tests = testsBeside(page).map(DocumentationTest::unspaced).reduce("", String::concat);
      assertThat(snippets)
          .allSatisfy(
              snippet -> assertThat(tests).as("tests beside %s", page).contains(unspaced(snippet)));
    }
  }

  /** {@link PagesTest} runs those of the README and of docs. */
  @ParameterizedTest
  @MethodSource("pages")
  void programsOfAModule_areRunByItsTests(Page page) {
    if (page.toString().startsWith("bge-")) {
      page.programs()
          .forEach(program -> assertThat(testsBeside(page))
              .as("tests beside %s", page)
              .anyMatch(test -> test.contains(".program(\"" + program.name() + "\")")));
    }
  }

  /** The POMs say what is built and tested; a page that names another version is out of date. */
  @Test
  void dependencies_haveTheVersionsOfThePoms() {
    String poms = Page.files("pom.xml").stream().map(Page::read).collect(joining());
    Map<String, String> versions = new HashMap<>();
    DEPENDENCY
        .matcher(poms)
        .results()
        .forEach(found -> versions.put(artifact(found), found.group(3)));
    List<String> named = new ArrayList<>();
    for (Page page : pages()) {
      for (MatchResult found : DEPENDENCY.matcher(page.text()).results().toList()) {
        String artifact = artifact(found);
        named.add(artifact);
        boolean ours = artifact.startsWith("io.github.bge4j:");
        assertThat(values(poms, ours ? "${revision}" : versions.getOrDefault(artifact, "")))
            .as("versions of %s, which %s names", artifact, page)
            .contains(found.group(3));
      }
    }
    assertThat(named)
        .contains("io.github.bge4j:bge-core", "com.microsoft.onnxruntime:onnxruntime_gpu");
  }

  @Test
  void pagesForUsers_areReachedFromTheReadme() {
    Set<Path> reached = new HashSet<>();
    Deque<Page> open = new ArrayDeque<>(List.of(Page.of("README.md")));
    while (!open.isEmpty()) {
      Page page = open.remove();
      if (reached.add(page.file())) {
        links(page).stream()
            .map(link -> target(page, link))
            .filter(path -> path.toString().endsWith(".md"))
            .map(DocumentationTest::page)
            .forEach(open::add);
      }
    }
    assertThat(Page.all().stream()
            .filter(page -> page.toString()
                .matches(
                    "\\w+\\.md|docs/[^/]+\\.md|(bge-examples|benchmarks)(/[^/]+)?/README\\.md"))
            .map(Page::file))
        .isSubsetOf(reached);
  }

  /** The map of a package leads to each of its types, and to no other. */
  @Test
  void packageOfBatching_namesItsTypes() {
    Path folder = Page.project().resolve("bge-batching/src/main/java/io/github/bge4j/batching");
    Set<String> named = NAMED_TYPE
        .matcher(Page.read(folder.resolve("package-info.java")))
        .results()
        .map(type -> type.group(1))
        .collect(toSet());
    named.add("package-info");
    assertThat(Page.files(".java").stream()
            .filter(file -> file.startsWith(folder))
            .map(file -> folder.relativize(file).toString().replace(".java", "")))
        .containsExactlyInAnyOrderElementsOf(named);
  }

  private static String artifact(MatchResult dependency) {
    return dependency.group(1) + ":" + dependency.group(2);
  }

  /** What a version in a POM can be: itself, or the values of the property that it names. */
  private static Set<String> values(String poms, String version) {
    Matcher property = Pattern.compile("\\$\\{(.+)}").matcher(version);
    return property.matches()
        ? Pattern.compile("<%1$s>([^<]*)</%1$s>".formatted(Pattern.quote(property.group(1))))
            .matcher(poms)
            .results()
            .map(value -> value.group(1))
            .collect(toSet())
        : Set.of(version);
  }

  private static List<String> links(Page page) {
    return LINK.matcher(page.prose().replaceAll("`[^`\n]*`", ""))
        .results()
        .map(link -> link.group(1))
        .filter(link -> !link.matches("[a-z]+:.*"))
        .toList();
  }

  private static Page page(Path file) {
    return Page.of(Page.project().relativize(file).toString());
  }

  private static Path target(Page page, String link) {
    String path = link.replaceFirst("#.*", "");
    Path folder = page.file().getParent();
    if (folder == null) {
      return fail("%s has no folder", page);
    }
    return path.isEmpty() ? page.file() : folder.resolve(path).normalize();
  }

  /**
   * As GitHub makes them: lower case, blanks to hyphens, and nothing else but letters and digits.
   */
  private static Set<String> anchors(Page page) {
    return HEADING
        .matcher(page.prose())
        .results()
        .map(heading -> heading
            .group(1)
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^\\p{L}\\p{N} _-]", "")
            .replace(' ', '-'))
        .collect(toSet());
  }

  private static Stream<String> testsBeside(Page page) {
    List<String> tests = new ArrayList<>();
    Path folder = page.file().getParent();
    for (Path file : Page.files(".java")) {
      if (file.startsWith(folder)
          && TESTS.matcher(file.toString().replace('\\', '/')).find()) {
        tests.add(Page.read(file));
      }
    }
    return tests.stream();
  }

  private static String unspaced(String code) {
    return code.replaceAll("\\s+", "");
  }
}
