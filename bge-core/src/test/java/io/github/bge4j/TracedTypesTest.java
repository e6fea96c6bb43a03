package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.RandomCheckpoint.Shape;
import io.github.bge4j.RandomCheckpoint.Storage;
import io.github.bge4j.batching.RequestOptions;
import io.github.bge4j.internal.text.TextEncoder;
import io.github.bge4j.testing.hub.TestHub;
import io.github.bge4j.testing.hub.TestRepo;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How many types a reader must know who follows a call through the library. */
@Timeout(240)
class TracedTypesTest {

  private static final int LIMIT_EMBED = 32;

  /**
   * Five of them say where a model runs, six compile for a target, one knows where a long text can
   * be cut; the others were 60.
   */
  private static final int LIMIT_OPEN = 72;

  private static final String MODEL = "BAAI/bge-small-en-v1.5";

  @TempDir
  private Path folder;

  @Test
  void embed_ofOneText_crossesFewTypes() throws Exception {
    Set<String> types = TypeTrace.of(folder, TracedProgram.class, TracedProgram.EMBED);
    assertThat(types)
        .contains(
            "io.github.bge4j.batching.BatchRunner",
            "io.github.bge4j.internal.runtime.CompiledModel",
            "io.github.bge4j.internal.text.TextEncoder");
    assertAtMost(LIMIT_EMBED, types);
  }

  @Test
  void build_ofACachedModel_crossesFewTypes() throws Exception {
    Path cache = folder.resolve("cache");
    try (TestHub hub = TestHub.start()) {
      // A checkpoint as most are: configuration, fp32 weights and tokenizer of a BERT.
      Shape shape = new Shape(false, 32, 2, 2, 64, 512, 2, 30_522, 0, Storage.F32);
      Path model = folder.resolve("bert");
      new RandomCheckpoint(shape, 7).write(model, BgeSmall.tokenizerJson());
      hub.add(TestRepo.of(MODEL).folder(model));
      ModelSource.hub(MODEL)
          .withEndpoint(hub.endpoint())
          .withCache(cache)
          .withOffline(false)
          .pull();
    }

    Set<String> types = untilTheSession(
        TypeTrace.of(folder, TracedProgram.class, TracedProgram.OPEN, MODEL, cache.toString()));
    assertThat(types)
        .contains(
            "io.github.bge4j.internal.hub.HubModels",
            "io.github.bge4j.internal.checkpoint.SafetensorsReader",
            "io.github.bge4j.internal.runtime.CompiledModel");
    assertAtMost(LIMIT_OPEN, types);
  }

  /** Without what takes the open session over, of which the other trace tells. */
  private static Set<String> untilTheSession(Set<String> types) {
    String executor = RequestOptions.class.getPackageName() + ".";
    Set<String> afterwards = Set.of(
        ModelRunner.class.getName(), EmbeddingShaper.class.getName(), TextEncoder.class.getName());
    return types.stream()
        .filter(type -> !type.startsWith(executor) && !afterwards.contains(type))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static void assertAtMost(int limit, Set<String> types) {
    assertThat(types).contains(BgeEmbedder.class.getName());
    assertThat(types)
        .as("types of one call, at most %d; merge what is one thing", limit)
        .hasSizeLessThanOrEqualTo(limit);
  }
}
