package io.github.bge4j.qdrant;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.qdrant.testing.QdrantDouble;
import io.github.bge4j.testing.GoldenFiles;
import io.github.bge4j.testing.Page;
import io.qdrant.client.QdrantClient;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
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

  @Test
  void parts_asInTheReadme_storeTheirDocuments() {
    CollectionSpec spec = CollectionSpec.builder("books", "m3").build();
    try (QdrantDouble server = QdrantDouble.start();
        QdrantClient client = server.client();
        BgeEmbedder embedder = TestModels.m3()) {
      UUID ingest = QdrantIngest.builder(client, embedder, spec).build().prepare();
      for (int number = 0; number < 2; number++) {
        List<SourceDocument> documents = List.of(new SourceDocument("d" + number, "a text"));
        IngestReport report = QdrantIngest.builder(client, embedder, spec)
            .part(ingest, number)
            .build()
            .run(documents);
        assertThat(report.points()).isEqualTo(1);
      }
      assertThat(server.collection("books").points()).hasSize(2);
    }
  }
}
