package io.github.bge4j.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import io.github.bge4j.ModelException;
import io.github.bge4j.testing.Seeds;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Thousands of damaged files of each format: each gives weights that lie inside the file, or a
 * {@link ModelException}, with little time and memory. Re-run one batch with
 * {@code -Dbge.test.seed=N}.
 */
final class MutationTest {

  private static final int VARIANTS = 250;
  private static final long MAX_BYTES = 8 << 20;
  private static final Duration MAX_TIME = Duration.ofSeconds(2);

  @SuppressWarnings("ImmutableEnumChecker")
  enum Format {
    SAFETENSORS("tiny-bert/model.safetensors", SafetensorsReader::read),
    TORCH("torch/protocol2.pt", TorchReader::read),
    TORCH_PROTOCOL_4("torch/protocol4.pt", TorchReader::read),
    TORCH_HEAD("m3-heads/sparse_linear.pt", TorchReader::read),
    TORCH_LEGACY("torch/legacy.pt", TorchReader::read),
    TORCH_LAYER("torch/linear-protocol2.pt", TorchReader::read),
    TORCH_LEGACY_LAYER("torch/linear-legacy.pt", TorchReader::read),
    TORCH_NESTED("torch/nested-twice.pt", TorchReader::read),
    TORCH_TRAINED("torch/trained.bin", TorchReader::read),
    ONNX("tiny-bert/model.onnx", OnnxInitializerReader::read),
    ONNX_GRAPH("tiny-bert/model.onnx", source -> OnnxEncoder.find(source).weights()),
    CONFIG("configs/bert-reranker.json", source -> {
      ModelConfig.read(source);
      return Map.of();
    });

    private final byte[] file;

    private final Function<Region, Map<String, WeightReference>> reader;

    Format(String file, Function<Region, Map<String, WeightReference>> reader) {
      this.file = TestFiles.bytes(file);
      this.reader = reader;
    }
  }

  static Stream<Arguments> batches() {
    return Seeds.upTo(10).with(Format.values());
  }

  @ParameterizedTest(name = "{0} seed={1}")
  @MethodSource("batches")
  void read_damagedFile_givesWeightsOrModelException(Format format, long seed) {
    Random random = new Random(seed);
    for (int variant = 0; variant < VARIANTS; variant++) {
      readBounded(format, Mutation.any(format.file, random), "variant " + variant);
    }
  }

  /** If every variant failed at the first byte, the test above would show nothing. */
  @Test
  void read_damagedFiles_areOfBothKinds() {
    for (Format format : Format.values()) {
      Random random = new Random(0);
      long read = LongStream.range(0, VARIANTS)
          .filter(variant -> read(format, Mutation.any(format.file, random)))
          .count();
      assertThat(read).as(format.name()).isBetween(3L, VARIANTS - 3L);
    }
  }

  private static void readBounded(Format format, byte[] file, String name) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long bytesBefore = threads.getCurrentThreadAllocatedBytes();
    long start = threads.getCurrentThreadCpuTime();
    boolean read = read(format, file);
    Duration time = Duration.ofNanos(threads.getCurrentThreadCpuTime() - start);
    long bytes = threads.getCurrentThreadAllocatedBytes() - bytesBefore;
    if (bytes > MAX_BYTES || time.compareTo(MAX_TIME) > 0) {
      fail("%s took %d bytes and %s; read: %s", name, bytes, time, read);
    }
  }

  /** Returns whether the file could be read; any other exception than the right one gets out. */
  private static boolean read(Format format, byte[] file) {
    try {
      for (WeightReference weight : format.reader.apply(TestFiles.memory(file)).values()) {
        Region data = weight.data();
        boolean inside = data.offset() >= 0
            && data.length() >= 0
            && data.length() <= file.length - data.offset();
        boolean whole =
            !weight.dtype().isFloating() || weight.toFloats().length == weight.elements();
        if (!inside || !whole) {
          fail("a weight is not what its file holds: %s", weight);
        }
      }
      return true;
    } catch (ModelException e) {
      if (!String.valueOf(e.getMessage()).contains("test file")) {
        fail("a message does not name the file", e);
      }
      return false;
    }
  }
}
