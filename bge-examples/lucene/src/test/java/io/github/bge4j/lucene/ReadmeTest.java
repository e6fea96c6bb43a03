package io.github.bge4j.lucene;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.testing.Page;
import io.github.bge4j.testing.Program;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program of the README, compiled and run as it stands there. */
@Timeout(120)
final class ReadmeTest {

  @TempDir
  private Path folder = Path.of("");

  @Test
  void program_asItStandsInTheReadme_printsWhatTheReadmeSays() throws Exception {
    Program program = Page.of("bge-examples/lucene/README.md").program("Example");
    assertThat(String.join("\n", program.run(folder)))
        .isEqualTo(program.printed().strip());
  }
}
