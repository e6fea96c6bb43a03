package io.github.bge4j;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.github.bge4j.internal.checkpoint.TestSafetensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/** A model folder of any shape with seeded random weights, and the weights as numbers. */
final class RandomCheckpoint {

  /** How weights are stored; the numbers are what remains of them. */
  enum Storage {
    F32,
    F16,
    BF16
  }

  /** Sizes that the published models do not have. */
  record Shape(
      boolean xlmRoberta,
      int hidden,
      int heads,
      int layers,
      int wide,
      int positions,
      int types,
      int vocabulary,
      int multiVectorSize,
      boolean classifier,
      Storage storage) {

    /** An encoder without a classifier. */
    Shape(
        boolean xlmRoberta,
        int hidden,
        int heads,
        int layers,
        int wide,
        int positions,
        int types,
        int vocabulary,
        int multiVectorSize,
        Storage storage) {
      this(
          xlmRoberta,
          hidden,
          heads,
          layers,
          wide,
          positions,
          types,
          vocabulary,
          multiVectorSize,
          false,
          storage);
    }

    int padding() {
      return xlmRoberta ? 1 : -1;
    }
  }

  final Shape shape;
  final Map<String, double[]> weights = new LinkedHashMap<>();
  private final Map<String, List<Long>> shapes = new LinkedHashMap<>();
  private final Map<String, TestSafetensors> files = new LinkedHashMap<>();
  private final Random random;

  RandomCheckpoint(Shape shape, long seed) {
    this.shape = shape;
    this.random = new Random(seed);
    int h = shape.hidden();
    add("model", "embeddings.word_embeddings.weight", shape.vocabulary(), h);
    add("model", "embeddings.position_embeddings.weight", shape.positions(), h);
    add("model", "embeddings.token_type_embeddings.weight", shape.types(), h);
    norm("embeddings.LayerNorm");
    for (int layer = 0; layer < shape.layers(); layer++) {
      String name = "encoder.layer." + layer + ".";
      linear("model", name + "attention.self.query.", h, h);
      linear("model", name + "attention.self.key.", h, h);
      linear("model", name + "attention.self.value.", h, h);
      linear("model", name + "attention.output.dense.", h, h);
      norm(name + "attention.output.LayerNorm");
      linear("model", name + "intermediate.dense.", shape.wide(), h);
      linear("model", name + "output.dense.", h, shape.wide());
      norm(name + "output.LayerNorm");
    }
    if (shape.classifier()) {
      linear("model", shape.xlmRoberta() ? "classifier.dense." : "pooler.dense.", h, h);
      linear("model", shape.xlmRoberta() ? "classifier.out_proj." : "classifier.", 1, h);
    }
    if (shape.multiVectorSize() > 0) {
      linear("sparse_linear", "", 1, h);
      linear("colbert_linear", "", shape.multiVectorSize(), h);
    }
  }

  private void linear(String file, String name, int out, int in) {
    add(file, name + "weight", out, in);
    add(file, name + "bias", out);
  }

  private void norm(String name) {
    add("model", name + ".weight", shape.hidden());
    add("model", name + ".bias", shape.hidden());
  }

  private void add(String file, String name, int... sizes) {
    long[] longSizes = new long[sizes.length];
    int elements = 1;
    for (int i = 0; i < sizes.length; i++) {
      longSizes[i] = sizes[i];
      elements *= sizes[i];
    }
    double[] values = new double[elements];
    ByteBuffer bytes = ByteBuffer.allocate(elements * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < elements; i++) {
      values[i] = store(bytes, (float) random.nextGaussian() * 0.3f);
    }
    byte[] data = new byte[bytes.position()];
    bytes.flip().get(data);
    files
        .computeIfAbsent(file, key -> new TestSafetensors())
        .add(name, shape.storage().name(), data, longSizes);
    shapes.put(name, Arrays.stream(longSizes).boxed().toList());
    weights.put((file.equals("model") ? "" : file + ".") + name, values);
  }

  /** Writes a value and returns what a reader will see. */
  private double store(ByteBuffer bytes, float value) {
    if (shape.storage() == Storage.F32) {
      bytes.putFloat(value);
      return value;
    }
    if (shape.storage() == Storage.BF16) {
      int bits = Float.floatToRawIntBits(value) & 0xffff0000;
      bytes.putShort((short) (bits >>> 16));
      return Float.intBitsToFloat(bits);
    }
    // Values with 6 bits of fraction and below 16 are exact in fp16.
    int sixtyFourths = Math.round(value * 64);
    bytes.putShort(half(sixtyFourths));
    return sixtyFourths / 64.0;
  }

  private static short half(int sixtyFourths) {
    if (sixtyFourths == 0) {
      return 0;
    }
    int sign = sixtyFourths < 0 ? 0x8000 : 0;
    int magnitude = Math.abs(sixtyFourths);
    int exponent = 31 - Integer.numberOfLeadingZeros(magnitude);
    int fraction = (magnitude << (10 - exponent)) & 0x3ff;
    return (short) (sign | (exponent - 6 + 15) << 10 | fraction);
  }

  /** Returns an ONNX file that has the weights and nothing else. */
  byte[] onnx() {
    GraphProto.Builder graph = GraphProto.newBuilder().setName("weights");
    weights.forEach((name, values) -> {
      TensorProto.Builder tensor = TensorProto.newBuilder()
          .setName(name)
          .setDataType(TensorProto.DataType.FLOAT.getNumber());
      Objects.requireNonNull(shapes.get(name)).forEach(tensor::addDims);
      ByteBuffer bytes =
          ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      for (double value : values) {
        bytes.putFloat((float) value);
      }
      graph.addInitializer(tensor.setRawData(ByteString.copyFrom(bytes.flip())));
    });
    return ModelProto.newBuilder().setIrVersion(8).setGraph(graph).build().toByteArray();
  }

  /** Writes the folder, with a tokenizer of another checkpoint. */
  void write(Path folder, byte[] tokenizer) throws IOException {
    Files.createDirectories(folder);
    for (Map.Entry<String, TestSafetensors> file : files.entrySet()) {
      Files.write(
          folder.resolve(file.getKey() + ".safetensors"), file.getValue().bytes());
    }
    Files.write(folder.resolve("tokenizer.json"), tokenizer);
    Files.writeString(folder.resolve("config.json"), """
        {"model_type": "%s", "hidden_size": %d, "num_attention_heads": %d, "num_hidden_layers": %d,
         "intermediate_size": %d, "max_position_embeddings": %d, "type_vocab_size": %d, "vocab_size": %d,
         "layer_norm_eps": 1e-5, "num_labels": 1}
        """.formatted(
            shape.xlmRoberta() ? "xlm-roberta" : "bert",
            shape.hidden(),
            shape.heads(),
            shape.layers(),
            shape.wide(),
            shape.positions(),
            shape.types(),
            shape.vocabulary()));
  }
}
