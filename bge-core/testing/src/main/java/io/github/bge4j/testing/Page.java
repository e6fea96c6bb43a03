package io.github.bge4j.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A page of the documentation, a file in Markdown.
 *
 * <p>Its blocks of Java are of two kinds: a program is a whole file, and is compiled and run as it
 * stands on the page; a snippet is less, and stands line by line in code that tests run.
 */
public final class Page {

  private static final Pattern BLOCK =
      Pattern.compile("^```(\\w*)\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);
  private static final Pattern PROGRAM =
      Pattern.compile("^public (?:final )?class (\\w+)", Pattern.MULTILINE);

  private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");

  /** What builds and tools leave in the folders of modules. */
  private static final Set<String> NOT_OURS = Set.of("target", "node_modules");

  private final Path file;
  private final String text;

  private Page(Path file) {
    this.file = file;
    this.text = read(file);
  }

  /**
   * Reads a page.
   *
   * @param path from the project's folder, as {@code docs/search.md}
   */
  public static Page of(String path) {
    return new Page(project().resolve(path));
  }

  /** Reads all pages of the project, in the order of their paths. */
  public static List<Page> all() {
    return files(".md").stream().map(Page::new).toList();
  }

  /** Returns the project's folder; tests of any module run somewhere below it. */
  public static Path project() {
    return GoldenFiles.path("../../../../..").normalize();
  }

  /**
   * Returns the project's files of that ending, in the order of their paths: those of the first
   * folder itself, of docs and of the modules. What else lies there is not the project's, nor what
   * is hidden, as the POMs that a build leaves.
   */
  public static List<Path> files(String ending) {
    Path project = project();
    Set<Path> ours = MODULE
        .matcher(read(project.resolve("pom.xml")))
        .results()
        .map(module -> project.resolve(module.group(1).replaceFirst("/.*", "")))
        .collect(Collectors.toSet());
    ours.add(project.resolve("docs"));
    List<Path> found = new ArrayList<>();
    try {
      Files.walkFileTree(project, new SimpleFileVisitor<>() {
        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
          boolean foreign = project.equals(folder.getParent()) && !ours.contains(folder);
          return foreign || NOT_OURS.contains(String.valueOf(folder.getFileName()))
              ? FileVisitResult.SKIP_SUBTREE
              : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
          boolean hidden = path.getFileName().toString().startsWith(".");
          if (!hidden && path.toString().endsWith(ending)) {
            found.add(path);
          }
          return FileVisitResult.CONTINUE;
        }
      });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found.stream().sorted().toList();
  }

  /** Returns the text of a file. */
  public static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns where the page is. */
  public Path file() {
    return file;
  }

  /** Returns the whole text. */
  public String text() {
    return text;
  }

  /** Returns the text without its blocks. */
  public String prose() {
    return BLOCK.matcher(text).replaceAll("");
  }

  /** Returns the blocks of a language, such as {@code sh}. */
  public List<String> blocks(String language) {
    return BLOCK
        .matcher(text)
        .results()
        .filter(block -> block.group(1).equals(language))
        .map(block -> block.group(2))
        .toList();
  }

  /** Returns the programs, in their order. */
  public List<Program> programs() {
    List<Program> programs = new ArrayList<>();
    Matcher block = BLOCK.matcher(text);
    while (block.find()) {
      Matcher name = PROGRAM.matcher(block.group(2));
      if (block.group(1).equals("java") && name.find()) {
        programs.add(new Program(this, name.group(1), block.group(2), printed(block.end())));
      }
    }
    return programs;
  }

  /** Returns the program of that name; a page without one fails the test. */
  public Program program(String name) {
    List<Program> all = programs();
    assertThat(all).as("programs of %s", this).extracting(Program::name).contains(name);
    return all.stream()
        .filter(program -> program.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Returns the blocks of Java that are no programs. */
  public List<String> snippets() {
    Predicate<String> program = PROGRAM.asPredicate();
    return blocks("java").stream().filter(program.negate()).toList();
  }

  /** Returns the block of text that is next, unless other code or a heading comes first. */
  private String printed(int from) {
    Matcher next = Pattern.compile("^(```(\\w+)|#)", Pattern.MULTILINE).matcher(text);
    Matcher block = BLOCK.matcher(text);
    return next.find(from) && "text".equals(next.group(2)) && block.find(next.start())
        ? block.group(2)
        : "";
  }

  @Override
  public String toString() {
    return project().relativize(file).toString();
  }
}
