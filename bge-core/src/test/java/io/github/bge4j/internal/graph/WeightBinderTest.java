package io.github.bge4j.internal.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bge4j.ModelException;
import io.github.bge4j.Precision;
import io.github.bge4j.internal.checkpoint.Checkpoint;
import io.github.bge4j.internal.checkpoint.ModelFolder;
import io.github.bge4j.internal.checkpoint.Region;
import io.github.bge4j.internal.checkpoint.VectorRecipe;
import io.github.bge4j.internal.checkpoint.WeightReference;
import java.io.IOException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WeightBinderTest {

  @TempDir
  private Path folder;

  @BeforeEach
  void copyTinyBert() throws Exception {
    for (String name : List.of("config.json", "model.safetensors")) {
      URL url = WeightBinderTest.class.getResource("/checkpoint/tiny-bert/" + name);
      Files.copy(Path.of(Objects.requireNonNull(url).toURI()), folder.resolve(name));
    }
  }

  static List<Target> targets() {
    return List.of(
        Target.cpu(Precision.FP32),
        Target.cpu(Precision.INT8),
        Target.cuda(Precision.FP32),
        Target.cuda(Precision.FP16));
  }

  @ParameterizedTest
  @MethodSource("targets")
  void compile_anyWeightWithNaN_namesIt(Target target) throws IOException {
    Path file = folder.resolve("model.safetensors");
    byte[] good = Files.readAllBytes(file);
    Checkpoint checkpoint = Checkpoint.open(ModelFolder.read(folder));
    assertThat(compile(checkpoint, target).outputs()).hasSize(1);
    for (String name : checkpoint.weights().names()) {
      WeightReference weight = checkpoint.weights().get(name);
      Files.write(file, withNaNAtEnd(good, weight.data()));
      assertThatThrownBy(() -> compile(checkpoint, target))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("NaN in weight " + name + ", in " + file);
    }
  }

  @Test
  void compile_fileVanished_throws() throws IOException {
    Checkpoint checkpoint = Checkpoint.open(ModelFolder.read(folder));
    Files.delete(folder.resolve("model.safetensors"));
    assertThatThrownBy(() -> compile(checkpoint, Target.cpu(Precision.FP32)))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("model file must be readable");
  }

  private EncoderGraph compile(Checkpoint checkpoint, Target target) {
    return EncoderGraph.compile(
        checkpoint.config(),
        checkpoint.weights(),
        Map.of(),
        VectorRecipe.BGE,
        target,
        new WeightCache(folder.resolve("cache")));
  }

  private static byte[] withNaNAtEnd(byte[] file, Region data) {
    int last = Math.toIntExact(data.offset() + data.length() - Float.BYTES);
    return ByteBuffer.wrap(file.clone())
        .order(ByteOrder.LITTLE_ENDIAN)
        .putFloat(last, Float.NaN)
        .array();
  }
}
