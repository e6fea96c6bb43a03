package io.github.bge4j.qdrant;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PointIdsTest {

  private static final UUID DNS = UUID.fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8");

  @Test
  void version5_theExampleOfRfc9562_isItsUuid() {
    assertThat(PointIds.version5(DNS, "www.example.com"))
        .hasToString("2ed6657d-e927-568b-95e1-2665a8aea6a2");
  }

  /** Stored points keep their ids from one release to the next. */
  @Test
  void of_chunk_isTheSameForEver() {
    UUID id = PointIds.of("doc-1", 0);
    assertThat(id).isEqualTo(UUID.fromString("fa46081d-5012-563c-a5c2-cf0ab455042e"));
    assertThat(id.version()).isEqualTo(5);
    assertThat(id.variant()).isEqualTo(2);
  }

  @Test
  void of_otherDocumentsOrChunks_areOtherIds() {
    Set<UUID> ids = new HashSet<>();
    for (String document : new String[] {"a", "a#1", "a#", "A", "ä", ""}) {
      for (int chunk = 0; chunk < 100; chunk++) {
        ids.add(PointIds.of(document, chunk));
      }
    }
    assertThat(ids).hasSize(600);
  }
}
