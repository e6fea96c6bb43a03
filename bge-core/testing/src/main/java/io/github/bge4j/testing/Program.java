package io.github.bge4j.testing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A program of a page.
 *
 * @param page where it stands
 * @param name of its class
 * @param source the whole file
 * @param printed what the page says that it prints; empty if the page does not say
 */
public record Program(Page page, String name, String source, String printed) {

  /**
   * Compiles and runs it, without a warning and with that folder as its home, so that it meets no
   * cache of its user's, and returns the lines that it prints.
   */
  public List<String> run(Path folder, String... arguments)
      throws IOException, InterruptedException {
    return run(folder, Map.of(), arguments);
  }

  /** Does likewise with these variables of the hub and no others. */
  public List<String> run(Path folder, Map<String, String> hubVariables, String... arguments)
      throws IOException, InterruptedException {
    Path file = Files.writeString(folder.resolve(name + ".java"), source);
    String classPath = Jdk.classPath();
    // Some libraries' class files name annotations that are not there.
    Jdk.javac(
        "-Xlint:all,-classfile",
        "-Werror",
        "-proc:none",
        "-cp",
        classPath,
        "-d",
        folder.toString(),
        file.toString());
    List<String> command =
        new ArrayList<>(List.of("-Duser.dir=" + folder, "-Duser.home=" + folder));
    command.addAll(List.of("-cp", classPath + File.pathSeparator + folder, name));
    command.addAll(List.of(arguments));
    return Jdk.java(folder, hubVariables, command.toArray(String[]::new))
        .lines()
        .toList();
  }

  @Override
  public String toString() {
    return name + " of " + page;
  }
}
