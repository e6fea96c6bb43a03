package io.github.bge4j.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bge4j.ModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SmallLayerTest {

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {"linear-protocol2.pt", "linear-legacy.pt", "nested-twice.pt", "linear-old.pt"})
  void linear_ofTorchFile_hasItsShape(String file) {
    Linear layer = SmallLayer.find(TestFiles.path("torch"), List.of("absent.safetensors", file))
        .orElseThrow()
        .linear(2, 3);
    assertThat(layer.weight().shape()).containsExactly(2, 3);
    assertThat(layer.bias().shape()).containsExactly(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "linear.", "module.head."})
  void linear_anyPrefix_isFound(String prefix) throws IOException {
    write(new TestSafetensors().addF32(prefix + "weight", 4, 3).addF32(prefix + "bias", 4));
    assertThat(find().linear(SmallLayer.ANY_SIZE, 3).weight().shape()).containsExactly(4, 3);
  }

  @Test
  void linear_withoutBias_addsZeros() {
    Linear layer = SmallLayer.find(TestFiles.path("torch"), List.of("linear-no-bias.pt"))
        .orElseThrow()
        .linear(SmallLayer.ANY_SIZE, 3);
    assertThat(layer.bias().toFloats()).containsExactly(0, 0);
  }

  @Test
  void norm_vectors_areRead() throws IOException {
    write(new TestSafetensors().add("norm.weight", "F32", floats(1, 2), 2).addF32("norm.bias", 2));
    VectorRecipe.LayerNorm norm = find().norm(2);
    assertThat(norm.weight().toFloats()).containsExactly(1, 2);
    assertThat(norm.bias().toFloats()).containsExactly(0, 0);
    assertRefused(() -> find().norm(3), "weight norm.weight must be floating of shape [3]: F32[2]");
  }

  @Test
  void find_noFile_isEmpty() {
    assertThat(SmallLayer.find(folder, List.of("a.safetensors", "a.pt"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "a.weight, b.bias, '[a.weight, b.bias]'",
    "a.weight, b.weight, '[a.weight, b.weight]'",
    "weight, bias.more, '[weight, bias.more]'",
    "bias, other, '[bias, other]'"
  })
  void find_notOneLayer_throws(String first, String second, String names) throws IOException {
    write(new TestSafetensors().addF32(first, 1).addF32(second, 1));
    assertRefused(
        this::find, "must have a weight, perhaps a bias, and nothing else: " + names + ", in ");
  }

  @Test
  void linear_otherShape_throws() throws IOException {
    write(new TestSafetensors().addF32("weight", 4, 3).addF32("bias", 3));
    SmallLayer layer = find();
    assertRefused(() -> layer.linear(4, 2), "weight weight must be floating of shape [4, 2]");
    assertRefused(() -> layer.linear(4, 3), "weight bias must be floating of shape [4]: F32[3]");
    assertRefused(() -> layer.linear(0, 3), "a layer must have from 1 to 16384 outputs: 0");
    write(new TestSafetensors().addF32("weight"));
    assertRefused(() -> find().linear(SmallLayer.ANY_SIZE, 3), "from 1 to 16384 outputs: -1");
  }

  @Test
  void linear_valueIsNotFinite_namesTheWeight() throws IOException {
    write(new TestSafetensors()
        .add("head.weight", "F32", floats(0, 1), 2, 1)
        .add("head.bias", "F32", floats(0, Float.NaN), 2));
    assertRefused(
        () -> find().linear(2, 1),
        "every value of a weight must be finite: NaN in weight head.bias, in ");
  }

  private SmallLayer find() {
    return SmallLayer.find(folder, List.of("a.safetensors", "a.pt")).orElseThrow();
  }

  private void write(TestSafetensors content) throws IOException {
    Files.write(folder.resolve("a.safetensors"), content.bytes());
  }

  private static byte[] floats(float... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(ModelException.class).hasMessageContaining(message);
  }
}
