package io.github.bge4j.internal.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.testing.Jdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The one environment of a JVM, in JVMs of their own. */
@Timeout(120)
class OnnxEnvironmentTest {

  @TempDir
  private Path folder;

  /** Returns what was printed to both streams. */
  private List<String> run(String... arguments) throws IOException, InterruptedException {
    Path printed = folder.resolve("printed.txt");
    List<String> command = new ArrayList<>(Jdk.nativeAccess());
    command.addAll(List.of("-cp", Jdk.classPath(), OnnxEnvironmentProgram.class.getName()));
    command.addAll(List.of(arguments));
    Process process = Jdk.process(command.toArray(String[]::new))
        .redirectErrorStream(true)
        .redirectOutput(printed.toFile())
        .start();
    assertThat(process.waitFor()).isZero();
    return Files.readAllLines(printed);
  }

  @Test
  void get_first_isQuiet() throws Exception {
    assertThat(run())
        .containsExactly(
            "true", "OrtEnvironment(name=bge4j,logLevel=ORT_LOGGING_LEVEL_FATAL", "null");
  }

  @Test
  void get_afterAnotherLibrary_leavesItsEnvironmentWithoutAWord() throws Exception {
    assertThat(run("other"))
        .containsExactly(
            "true", "OrtEnvironment(name=other,logLevel=ORT_LOGGING_LEVEL_ERROR", "null");
  }
}
