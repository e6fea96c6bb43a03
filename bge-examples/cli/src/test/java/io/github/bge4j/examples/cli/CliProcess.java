package io.github.bge4j.examples.cli;

import io.github.bge4j.testing.Jdk;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The program in a process of its own, which knows where the hub is, and nothing else of it. */
final class CliProcess {

  private CliProcess() {}

  /**
   * Returns a process that is not started.
   *
   * @param home its working directory, below which its models lie
   */
  static ProcessBuilder of(Path home, URI hub, String... args) {
    List<String> arguments =
        new ArrayList<>(List.of("-cp", Jdk.classPath(), BgeCli.class.getName()));
    arguments.addAll(List.of(args));
    ProcessBuilder builder = Jdk.process(arguments.toArray(String[]::new)).directory(home.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("HF_"));
    builder.environment().put("HF_ENDPOINT", hub.toString());
    builder.environment().put("HF_HOME", home.resolve("hf").toString());
    return builder;
  }
}
