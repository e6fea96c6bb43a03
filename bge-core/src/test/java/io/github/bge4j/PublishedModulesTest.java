package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.testing.Page;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The jars of the whole tree side by side on a module path, told from their sources. */
class PublishedModulesTest {

  private static final Pattern MODULE_NAME = Pattern.compile("<module.name>(.*?)</module.name>");

  /** The packages of every module with sources of its own, by its POM; the shortest first. */
  private static Map<Path, Set<String>> packages() {
    Map<Path, Set<String>> packages = new TreeMap<>();
    List<Path> files = Page.files(".java");
    for (Path pom : Page.files("pom.xml")) {
      Path sources = pom.resolveSibling("src/main/java");
      Set<String> names = files.stream()
          .filter(file -> file.startsWith(sources) && !file.endsWith("module-info.java"))
          .map(file ->
              sources.relativize(file.resolveSibling("")).toString().replaceAll("[/\\\\]", "."))
          .collect(Collectors.toCollection(() -> new TreeSet<>(
              Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()))));
      if (!names.isEmpty()) {
        packages.put(pom, names);
      }
    }
    return packages;
  }

  @Test
  void packages_ofAllModules_areInOneModuleEach() {
    Map<String, Path> owners = new TreeMap<>();
    Map<Path, Set<String>> packages = packages();
    assertThat(packages).hasSizeGreaterThan(14);
    packages.forEach((module, names) -> names.forEach(name -> assertThat(owners.put(name, module))
        .as("the other module with %s, beside %s", name, module)
        .isNull()));
  }

  @Test
  void automaticModuleNames_ofPublishedModules_areTheirPackages() {
    Map<Path, Set<String>> packages = packages();
    int named = 0;
    for (Map.Entry<Path, Set<String>> module : packages.entrySet()) {
      Matcher name = MODULE_NAME.matcher(Page.read(module.getKey()));
      if (name.find()) {
        named++;
        assertThat(module.getValue()).first().isEqualTo(name.group(1));
      }
    }
    assertThat(named).isEqualTo(8);
  }
}
