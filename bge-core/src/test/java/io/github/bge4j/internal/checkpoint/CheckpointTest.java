package io.github.bge4j.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bge4j.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CheckpointTest {

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  @ParameterizedTest
  @CsvSource({
    "model.safetensors, model.safetensors",
    "pytorch_model.bin, pytorch_model.bin",
    "model.onnx, model.onnx",
    "model.onnx, onnx/model.onnx"
  })
  void open_eachKindOfWeights_givesTheSame(String file, String name) throws IOException {
    copy("config.json", "config.json");
    copy(file, name);
    Checkpoint checkpoint = open(folder);
    String weight = "encoder.layer.1.output.dense.weight";
    assertThat(checkpoint.weights().origin()).endsWith(name);
    assertThat(checkpoint.weights().get(weight).toFloats())
        .isEqualTo(open(TestFiles.path("tiny-bert")).weights().get(weight).toFloats());
  }

  @ParameterizedTest
  @CsvSource({
    "model.safetensors, model.safetensors.index.json",
    "pytorch_model.bin, pytorch_model.bin.index.json"
  })
  void open_shards_areJoined(String file, String index) throws IOException {
    copy("config.json", "config.json");
    copy(file, "shard-1");
    copy(file, "shard-2");
    StringBuilder map = new StringBuilder();
    int number = 0;
    ModelConfig config = ModelConfig.read(TestFiles.file("tiny-bert/config.json"));
    for (String name : config.weightShapes().keySet()) {
      map.append(",\"%s\":\"shard-%d\"".formatted(name, 1 + number++ % 2));
    }
    write(index, "{\"metadata\":{\"total_size\":1},\"weight_map\":{" + map.substring(1) + "}}");
    Weights weights = open(folder).weights();
    assertThat(weights.names()).hasSize(number);
    assertThat(weights.get("embeddings.word_embeddings.weight").data().name()).endsWith("shard-1");
  }

  @ParameterizedTest
  @CsvSource({
    "../model.safetensors, must lie in its folder",
    "/model.safetensors, must lie in its folder",
    "absent.safetensors, must exist",
    "shard, 'weight nobody must be in shard'"
  })
  void open_badIndex_throws(String shard, String message) throws IOException {
    copy("config.json", "config.json");
    copy("model.safetensors", "shard");
    write("model.safetensors.index.json", "{\"weight_map\":{\"nobody\":\"" + shard + "\"}}");
    assertRefused(() -> open(folder), message);
  }

  @Test
  void open_oneShardUnderManyNames_throws() throws IOException {
    copy("config.json", "config.json");
    TestSafetensors shard = new TestSafetensors();
    StringBuilder map = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      shard.addF32("w" + i, 1);
      map.append(",\"w%d\":\"%sshard\"".formatted(i, "./".repeat(i)));
    }
    write("shard", shard);
    write("model.safetensors.index.json", "{\"weight_map\":{" + map.substring(1) + "}}");
    assertRefused(() -> open(folder), "weights must lie in at most 64 files");
  }

  @Test
  void open_linkedFiles_areFollowed() throws IOException {
    copy("config.json", "blobs/1");
    copy("model.safetensors", "blobs/2");
    Files.createSymbolicLink(folder.resolve("config.json"), Path.of("blobs/1"));
    Files.createSymbolicLink(folder.resolve("model.safetensors"), Path.of("blobs/2"));
    assertThat(open(folder).config().layers()).isEqualTo(2);
  }

  @Test
  void open_configOfAnotherModel_namesTheWeight() throws IOException {
    copy("model.safetensors", "model.safetensors");
    String config = Files.readString(TestFiles.path("tiny-bert/config.json"));
    write("config.json", config.replace("\"intermediate_size\": 12", "\"intermediate_size\": 16"));
    assertRefused(
        () -> open(folder),
        "weight encoder.layer.0.intermediate.dense.weight must be floating of shape [16, 8]:"
            + " F32[12, 8]");
  }

  @Test
  void open_incompleteFolder_saysWhatIsMissing() throws IOException {
    assertRefused(() -> open(folder.resolve("none")), "model folder must exist");
    assertRefused(() -> open(folder), "config.json; check the path");
    copy("config.json", "config.json");
    assertRefused(() -> open(folder), "must hold weights in one of [model.safetensors,");
  }

  @Test
  void heads_missing_refuseThatOutputOnly() throws IOException {
    Checkpoint checkpoint = openTiny();
    assertThat(checkpoint.sparseHead()).isEmpty();
    write(
        "sparse_linear.safetensors",
        new TestSafetensors().addF32("weight", 1, 8).addF32("bias", 1));
    assertThat(checkpoint.sparseHead().orElseThrow().weight().shape()).containsExactly(1, 8);
    assertThat(checkpoint.colbertHead()).isEmpty();
  }

  @Test
  void colbertHead_anyDimension_isTaken() throws IOException {
    Checkpoint checkpoint = openTiny();
    write(
        "colbert_linear.safetensors",
        new TestSafetensors().addF32("weight", 3, 8).addF32("bias", 3));
    assertThat(checkpoint.colbertHead().orElseThrow().bias().shape()).containsExactly(3);
  }

  @Test
  void heads_ofAnotherModel_throw() throws IOException {
    Files.copy(TestFiles.path("m3-heads/sparse_linear.pt"), folder.resolve("sparse_linear.pt"));
    Files.copy(TestFiles.path("m3-heads/colbert_linear.pt"), folder.resolve("colbert_linear.pt"));
    Checkpoint checkpoint = openTiny();
    assertRefused(checkpoint::sparseHead, "weight weight must be floating of shape [1, 8]");
    assertRefused(checkpoint::colbertHead, "weight weight must be floating of shape [64, 8]");
  }

  @Test
  void sparseHead_amongTheWeights_isFound() throws IOException {
    copy("config.json", "config.json");
    TestSafetensors file = new TestSafetensors()
        .addF32("sparse_linear.weight", 1, 8)
        .addF32("colbert_linear.weight", 5, 8);
    ModelConfig.read(TestFiles.file("tiny-bert/config.json"))
        .weightShapes()
        .forEach((name, shape) -> file.addF32("model." + name, shape));
    write("model.safetensors", file);
    Checkpoint checkpoint = open(folder);
    assertThat(checkpoint.sparseHead().orElseThrow().bias().toFloats()).containsExactly(0);
    assertThat(checkpoint.colbertHead().orElseThrow().weight().shape()).containsExactly(5, 8);
    write(
        "colbert_linear.safetensors",
        new TestSafetensors().addF32("weight", 3, 8).addF32("bias", 3));
    assertThat(checkpoint.colbertHead().orElseThrow().weight().shape()).containsExactly(3, 8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"adapter_config.json", "adapter_model.safetensors", "adapter_model.bin"})
  void open_adapter_isNamedAndRefused(String name) throws IOException {
    copy("config.json", "config.json");
    write(name, "anything");
    assertRefused(
        () -> open(folder),
        "a model folder must hold whole weights and no adapter: " + name + ", in ");
    copy("model.safetensors", "model.safetensors");
    assertRefused(() -> open(folder), "merge_and_unload()");
  }

  @Test
  void open_fileVanishesOrShrinks_throws() throws IOException {
    WeightReference weight = openTiny().weights().get("encoder.layer.1.output.dense.weight");
    Path file = folder.resolve("model.safetensors");
    Files.write(file, new byte[100]);
    assertRefused(weight::toFloats, "model file must be readable: " + file);
    Files.delete(file);
    assertRefused(weight::toFloats, "model file must be readable: " + file);
  }

  private static Checkpoint open(Path folder) {
    return Checkpoint.open(ModelFolder.read(folder));
  }

  private Checkpoint openTiny() throws IOException {
    copy("config.json", "config.json");
    copy("model.safetensors", "model.safetensors");
    return open(folder);
  }

  private void copy(String from, String to) throws IOException {
    Path target = folder.resolve(to);
    Files.createDirectories(target.getParent());
    Files.copy(TestFiles.path("tiny-bert/" + from), target);
  }

  private void write(String name, String content) throws IOException {
    Path target = folder.resolve(name);
    Files.createDirectories(target.getParent());
    Files.writeString(target, content);
  }

  private void write(String name, TestSafetensors content) throws IOException {
    Files.write(folder.resolve(name), content.bytes());
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(ModelException.class).hasMessageContaining(message);
  }
}
