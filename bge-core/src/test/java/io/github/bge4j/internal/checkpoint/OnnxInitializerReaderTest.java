package io.github.bge4j.internal.checkpoint;

import static io.github.bge4j.internal.checkpoint.TestFiles.weight;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.github.bge4j.ModelException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OnnxInitializerReaderTest {

  private static final String REAL_MODEL = "/bge-small-en-v1.5.onnx";
  private static final String REAL_CONFIG =
      "{\"model_type\":\"bert\",\"hidden_size\":384,\"intermediate_size\":1536}";

  @ParameterizedTest
  @ValueSource(strings = {"model.onnx", "external.onnx"})
  void read_export_equalsCheckpoint(String file) {
    Map<String, WeightReference> onnx =
        OnnxInitializerReader.read(TestFiles.file("tiny-bert/" + file));
    SafetensorsReader.read(TestFiles.file("tiny-bert/model.safetensors"))
        .forEach((name, weight) -> {
          assertThat(onnx).containsKey(name);
          assertThat(weight(onnx, name).shape()).as(name).isEqualTo(weight.shape());
          if (weight.dtype().isFloating()) {
            assertThat(weight(onnx, name).toFloats()).as(name).isEqualTo(weight.toFloats());
          }
        });
    WeightReference matrix = weight(onnx, "encoder.layer.1.intermediate.dense.weight");
    assertThat(matrix.isTransposed()).isTrue();
    assertThat(matrix.data().name())
        .endsWith(file.equals("model.onnx") ? "model.onnx" : "external.onnx_data");
  }

  @Test
  void readOnnx_realBgeSmall_hasEveryEncoderWeight(@TempDir Path folder) throws IOException {
    Path path = folder.resolve("model.onnx");
    try (InputStream in = getClass().getResourceAsStream(REAL_MODEL)) {
      Files.copy(Objects.requireNonNull(in), path);
    }
    ModelConfig config = ModelConfig.read(TestFiles.memory(REAL_CONFIG));
    Weights weights = Weights.readOnnx(Region.ofFile(path), config);
    assertThat(weights.get("encoder.layer.11.output.dense.weight").isTransposed())
        .isTrue();
    assertThat(weights.get("embeddings.word_embeddings.weight").isRowMajor()).isTrue();
    float[] norm = weights.get("encoder.layer.11.output.LayerNorm.weight").toFloats();
    for (float value : norm) {
      assertThat(value).isBetween(0.1f, 2f);
    }
  }

  @Test
  void read_inMemory_referencesMemory() {
    byte[] bytes = TestFiles.bytes("tiny-bert/model.onnx");
    Map<String, WeightReference> weights = OnnxInitializerReader.read(TestFiles.memory(bytes));
    assertThat(weight(weights, "embeddings.LayerNorm.bias").data().path()).isEmpty();
  }

  @Test
  void read_externalDataInMemory_throws() {
    byte[] bytes = TestFiles.bytes("tiny-bert/external.onnx");
    assertThatThrownBy(() -> OnnxInitializerReader.read(TestFiles.memory(bytes)))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("has external data; open it as a file");
  }

  @ParameterizedTest
  @CsvSource({
    "'', 0, 4, must lie in its folder",
    "../weights, 0, 4, must lie in its folder",
    "a/../../weights, 0, 4, must lie in its folder",
    "/etc/hostname, 0, 4, must lie in its folder",
    "..\\weights, 0, 4, must lie in its folder",
    "missing, 0, 4, must exist",
    "weights, 8, 4, must lie inside it",
    "weights, -4, 4, must lie inside it",
    "weights, 9223372036854775807, 4, must lie inside it",
    "weights, 0, 9223372036854775807, must lie inside it",
    "weights, x, 4, must be whole numbers",
    "weights, 0, 8, must have 4 * 1 bytes: 8"
  })
  void read_badExternalData_throws(
      String location, String offset, String length, String message, @TempDir Path folder)
      throws IOException {
    Files.write(folder.resolve("weights"), new byte[8]);
    Path model = folder.resolve("model.onnx");
    TensorProto.Builder tensor = tensor("a").setDataLocation(TensorProto.DataLocation.EXTERNAL);
    tensor.addExternalData(entry("location", location));
    tensor.addExternalData(entry("offset", offset)).addExternalData(entry("length", length));
    Files.write(model, model(tensor).build().toByteArray());
    assertThatThrownBy(() -> OnnxInitializerReader.read(Region.ofFile(model)))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(message);
  }

  @Test
  void read_packedAndSingleSizes_areTheSame() {
    // Field 1, length-delimited: the shape [1] as proto3 packs it; then type, name and raw data.
    byte[] packed = {58, 16, 42, 14, 10, 1, 1, 16, 1, 66, 1, 'a', 74, 4, 0, 0, (byte) 0x80, 0x3f};
    byte[] single =
        model(tensor("a").setRawData(ByteString.copyFrom(new byte[4]))).build().toByteArray();
    for (byte[] file : new byte[][] {packed, single}) {
      assertThat(weight(OnnxInitializerReader.read(TestFiles.memory(file)), "a").shape())
          .containsExactly(1);
    }
  }

  @Test
  void read_sharedInitializer_hasBothNames() {
    ModelProto.Builder model = model(tensor("x.bias").setRawData(ByteString.copyFrom(new byte[4])));
    model
        .getGraphBuilder()
        .addNode(
            NodeProto.newBuilder().setOpType("Identity").addInput("x.bias").addOutput("y.bias"));
    assertThat(OnnxInitializerReader.read(TestFiles.memory(model.build().toByteArray())))
        .containsOnlyKeys("x.bias", "y.bias");
  }

  @Test
  void read_namedMatrixOfMatMul_isTransposed() {
    TensorProto.Builder matrix = tensor("x.weight").clearDims().addDims(1).addDims(2);
    ModelProto.Builder model = model(matrix.setRawData(ByteString.copyFrom(new byte[8])));
    TensorProto.Builder bias = tensor("x.bias").setRawData(ByteString.copyFrom(new byte[4]));
    model.getGraphBuilder().addInitializer(bias);
    for (String output : new String[] {"y", "z"}) {
      model.getGraphBuilder().addNode(node("MatMul", "in", "x.weight", output + "1"));
      model.getGraphBuilder().addNode(node("Add", output + "1", "x.bias", output));
    }
    byte[] file = model.build().toByteArray();
    assertThat(weight(OnnxInitializerReader.read(TestFiles.memory(file)), "x.weight")
            .shape())
        .containsExactly(2, 1);
  }

  @Test
  void read_nameTwice_throws() {
    TensorProto.Builder tensor = tensor("a").setRawData(ByteString.copyFrom(new byte[4]));
    ModelProto.Builder model = model(tensor);
    model.getGraphBuilder().addInitializer(tensor);
    assertRefused(model.build().toByteArray(), "a comes twice");
  }

  @Test
  void read_noInitializers_throws() {
    assertRefused(new byte[0], "must have initializers");
  }

  @Test
  void read_group_throws() {
    assertRefused(new byte[] {11}, "wire type 3");
  }

  @Test
  void read_fieldPastEnd_throws() {
    assertRefused(new byte[] {58, 5, 0}, "a field of 5 bytes where 1 are left");
  }

  @Test
  void read_endlessNumber_throws() {
    byte[] file = new byte[20];
    Arrays.fill(file, (byte) 0xff);
    assertRefused(file, "a number of more than 64 bits");
  }

  @Test
  void read_millionsOfFields_throws() {
    byte[] file = new byte[4_000_000];
    Arrays.fill(file, (byte) 8);
    assertRefused(file, "more than 1000000 fields");
  }

  private static void assertRefused(byte[] file, String message) {
    assertThatThrownBy(() -> OnnxInitializerReader.read(TestFiles.memory(file)))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(message);
  }

  private static NodeProto node(String type, String left, String right, String output) {
    return NodeProto.newBuilder()
        .setOpType(type)
        .addInput(left)
        .addInput(right)
        .addOutput(output)
        .build();
  }

  private static TensorProto.Builder tensor(String name) {
    return TensorProto.newBuilder().setName(name).setDataType(1).addDims(1);
  }

  private static ModelProto.Builder model(TensorProto.Builder tensor) {
    ModelProto.Builder model = ModelProto.newBuilder();
    model.getGraphBuilder().addInitializer(tensor);
    return model;
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }
}
