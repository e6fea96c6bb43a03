package io.github.bge4j.qdrant;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.qdrant.testing.QdrantDouble;
import io.github.bge4j.testing.GoldenFiles;
import io.github.bge4j.testing.Page;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program of the README, compiled and run as it stands there. */
@Timeout(120)
class ReadmeTest {

  @TempDir
  private Path folder = Path.of("");

  @Test
  void program_asItStandsInTheReadme_storesAndFinds() throws Exception {
    try (QdrantDouble server = QdrantDouble.start()) {
      assertThat(Page.of("bge-examples/qdrant/README.md")
              .program("Books")
              .run(folder, GoldenFiles.path("m3").toString(), server.url()))
          .hasSize(3)
          .startsWith("2 points")
          .anyMatch(line -> line.matches("1 Pandas -?\\d.*"))
          .anyMatch(line -> line.matches("2 Paris -?\\d.*"));
      assertThat(server.collection("books").points()).hasSize(2);
    }
  }
}
