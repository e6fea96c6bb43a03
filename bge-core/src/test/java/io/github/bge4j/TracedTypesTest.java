package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.testing.GoldenFiles;
import io.github.bge4j.testing.hub.TestHub;
import io.github.bge4j.testing.hub.TestRepo;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How many types a reader must know who follows a call through the library. */
@Timeout(240)
class TracedTypesTest {

  private static final int LIMIT_EMBED = 1;
  private static final int LIMIT_OPEN = 1;

  private static final String MODEL = "BAAI/bge-small-en-v1.5";

  @TempDir
  private Path folder;

  @Test
  void embed_ofOneText_crossesFewTypes() throws Exception {
    assertAtMost(LIMIT_EMBED, TypeTrace.of(folder, TracedProgram.class, TracedProgram.EMBED));
  }

  @Test
  void build_ofACachedModel_crossesFewTypes() throws Exception {
    Path cache = folder.resolve("cache");
    try (TestHub hub = TestHub.start()) {
      // A checkpoint as most are: configuration, weights and tokenizer of a BERT.
      hub.add(TestRepo.of(MODEL).folder(GoldenFiles.writeModel("bert", folder.resolve("bert"))));
      ModelSource.hub(MODEL)
          .withEndpoint(hub.endpoint())
          .withCache(cache)
          .withOffline(false)
          .pull();
    }

    assertAtMost(
        LIMIT_OPEN,
        TypeTrace.of(folder, TracedProgram.class, TracedProgram.OPEN, MODEL, cache.toString()));
  }

  private static void assertAtMost(int limit, Set<String> types) {
    assertThat(types).contains(BgeEmbedder.class.getName());
    assertThat(types)
        .as("types of one call, at most %d; merge what is one thing", limit)
        .hasSizeLessThanOrEqualTo(limit);
  }
}
