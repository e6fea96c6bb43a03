package io.github.bge4j.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import io.github.bge4j.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Folders with one damaged file each: they open and their weights can be read, or there is a
 * {@link ModelException}. Re-run one batch with {@code -Dbge.test.seed=N}.
 */
final class FolderMutationTest {

  private static final int VARIANTS = 100;
  private static final Duration MAX_TIME = Duration.ofSeconds(60);

  /** Ways to lay out a model in several files. */
  enum Layout {
    SHARDS {
      @Override
      void write(Path folder) throws IOException {
        Files.write(folder.resolve("shard-1"), TestFiles.bytes("tiny-bert/model.safetensors"));
        Files.write(folder.resolve("shard-2"), TestFiles.bytes("tiny-bert/model.safetensors"));
        Files.writeString(folder.resolve("model.safetensors.index.json"), index());
      }
    },
    TORCH_SHARDS {
      @Override
      void write(Path folder) throws IOException {
        Files.write(folder.resolve("shard-1"), TestFiles.bytes("tiny-bert/pytorch_model.bin"));
        Files.write(folder.resolve("shard-2"), TestFiles.bytes("tiny-bert/pytorch_model.bin"));
        Files.writeString(folder.resolve("pytorch_model.bin.index.json"), index());
      }
    },
    TRAINED {
      @Override
      void write(Path folder) throws IOException {
        Files.write(folder.resolve("pytorch_model.bin"), TestFiles.bytes("torch/trained.bin"));
      }
    },
    EXTERNAL_ONNX {
      @Override
      void write(Path folder) throws IOException {
        Files.write(folder.resolve("model.onnx"), TestFiles.bytes("tiny-bert/external.onnx"));
        Files.write(
            folder.resolve("external.onnx_data"), TestFiles.bytes("tiny-bert/external.onnx_data"));
      }
    };

    abstract void write(Path folder) throws IOException;

    private static String index() {
      StringBuilder map = new StringBuilder();
      int number = 0;
      ModelConfig config = ModelConfig.read(TestFiles.file("tiny-bert/config.json"));
      for (String name : config.weightShapes().keySet()) {
        map.append(map.isEmpty() ? "" : ",")
            .append("\"%s\":\"shard-%d\"".formatted(name, 1 + number++ % 2));
      }
      return "{\"weight_map\":{" + map + "}}";
    }
  }

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  static Stream<Arguments> batches() {
    Long pinned = Long.getLong("bge.test.seed");
    return Stream.of(Layout.values())
        .flatMap(layout -> (pinned == null ? LongStream.range(0, 5) : LongStream.of(pinned))
            .mapToObj(seed -> Arguments.of(layout, seed)));
  }

  @ParameterizedTest(name = "{0} seed={1}")
  @MethodSource("batches")
  void open_damagedFile_givesWeightsOrModelException(Layout layout, long seed) throws IOException {
    Files.write(folder.resolve("config.json"), TestFiles.bytes("tiny-bert/config.json"));
    layout.write(folder);
    assertThat(opens()).as("undamaged").isTrue();
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.sorted().toList();
    }
    Random random = new Random(seed);
    int opened = assertTimeout(MAX_TIME, () -> {
      int count = 0;
      for (int variant = 0; variant < VARIANTS; variant++) {
        count += opensDamaged(files.get(random.nextInt(files.size())), random) ? 1 : 0;
      }
      return count;
    });
    // If every variant failed at the first byte, this would show nothing.
    assertThat(opened).isBetween(1, VARIANTS - 1);
  }

  private boolean opensDamaged(Path file, Random random) throws IOException {
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Mutation.any(whole, random));
    try {
      return opens();
    } finally {
      Files.write(file, whole);
    }
  }

  /** Any other exception than the right one gets out. */
  private boolean opens() {
    try {
      Weights weights = Checkpoint.open(ModelFolder.read(folder)).weights();
      for (String name : weights.names()) {
        WeightReference weight = weights.get(name);
        if (weight.dtype().isFloating()) {
          weight.sampleFinite(name);
          assertThat(weight.toFiniteFloats(name)).hasSize((int) weight.elements());
        }
      }
      return true;
    } catch (ModelException e) {
      return false;
    }
  }
}
