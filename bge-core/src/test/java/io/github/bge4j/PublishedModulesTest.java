package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The jars of the whole tree side by side on a module path, told from their sources. */
class PublishedModulesTest {

  private static final Path TREE = Path.of("..");

  private static final Pattern MODULE_NAME = Pattern.compile("<module.name>(.*?)</module.name>");

  /** The packages of every folder with sources of its own. */
  private static Map<Path, Set<String>> packages() throws IOException {
    Map<Path, Set<String>> packages = new TreeMap<>();
    for (String parent : new String[] {".", "bge-examples", "bge-examples/spring-ai"}) {
      try (Stream<Path> children = Files.list(TREE.resolve(parent))) {
        for (Path module : children.map(Path::normalize).sorted().toList()) {
          Path sources = module.resolve("src/main/java");
          if (Files.isDirectory(sources)) {
            packages.put(module, packagesOf(sources));
          }
        }
      }
    }
    return packages;
  }

  private static Set<String> packagesOf(Path sources) throws IOException {
    Set<String> packages = new TreeSet<>(
        Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()));
    try (Stream<Path> files = Files.walk(sources)) {
      files
          .filter(file -> file.toString().endsWith(".java") && !file.endsWith("module-info.java"))
          .forEach(file -> packages.add(
              sources.relativize(file.getParent()).toString().replaceAll("[/\\\\]", ".")));
    }
    return packages;
  }

  @Test
  void packages_ofAllModules_areInOneModuleEach() throws Exception {
    Map<String, Path> owners = new TreeMap<>();
    Map<Path, Set<String>> packages = packages();
    assertThat(packages).hasSizeGreaterThan(14);
    packages.forEach((module, names) -> names.forEach(name -> assertThat(owners.put(name, module))
        .as("the other module with %s, beside %s", name, module)
        .isNull()));
  }

  @Test
  void automaticModuleNames_ofPublishedModules_areTheirPackages() throws Exception {
    Map<Path, Set<String>> packages = packages();
    int named = 0;
    for (Map.Entry<Path, Set<String>> module : packages.entrySet()) {
      Matcher name = MODULE_NAME.matcher(Files.readString(module.getKey().resolve("pom.xml")));
      if (name.find()) {
        named++;
        assertThat(module.getValue()).first().isEqualTo(name.group(1));
      }
    }
    assertThat(named).isEqualTo(8);
  }
}
