package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.testing.Page;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The picture of the documentation is that of the code. */
class ArchitecturePictureTest {

  @Test
  void picture_drawnAnew_isThatOfTheDocumentation() throws Exception {
    String drawn = ArchitecturePicture.draw();
    Path anew = Files.writeString(Path.of("target", "architecture.svg"), drawn);
    assertThat(Page.read(Page.project().resolve("docs/architecture.svg")))
        .as("docs/architecture.svg; look at bge-core/%s and put it there", anew)
        .isEqualTo(drawn);
  }
}
