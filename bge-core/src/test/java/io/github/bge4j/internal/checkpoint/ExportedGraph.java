package io.github.bge4j.internal.checkpoint;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.github.bge4j.testing.GoldenFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * A graph under {@code src/test/resources/exports}, with the weights of its golden checkpoint in it
 * again; the README there says how it was made.
 */
public final class ExportedGraph {

  private ExportedGraph() {}

  /** Returns the model, for changes; its name starts with that of the checkpoint. */
  public static ModelProto.Builder read(String checkpoint, String name) {
    Map<String, WeightReference> weights = SafetensorsReader.read(
        Region.ofFile(GoldenFiles.path(checkpoint).resolve("model.safetensors")));
    try (InputStream in = new GZIPInputStream(Objects.requireNonNull(
        ExportedGraph.class.getResourceAsStream("/exports/" + name + ".onnx.gz"), name))) {
      ModelProto.Builder model = ModelProto.newBuilder().mergeFrom(in);
      GraphProto.Builder graph = model.getGraphBuilder();
      for (TensorProto.Builder tensor : graph.getInitializerBuilderList()) {
        if (!tensor.getDocString().isEmpty()) {
          fill(tensor, weights);
        }
      }
      return model;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A weight is made of parts that lie side by side along the last axis. */
  private static void fill(TensorProto.Builder tensor, Map<String, WeightReference> weights) {
    float[][] parts = Stream.of(tensor.getDocString().split("\\|"))
        .map(part -> {
          WeightReference weight = TestFiles.weight(weights, part.replace("^T", ""));
          return (part.endsWith("^T") ? weight.transpose() : weight).toFloats();
        })
        .toArray(float[][]::new);
    int rows = tensor.getDimsCount() == 1 ? 1 : (int) tensor.getDims(0);
    boolean half = tensor.getDataType() == DType.F16.onnxType();
    int elements = Stream.of(parts).mapToInt(part -> part.length).sum();
    ByteBuffer bytes =
        ByteBuffer.allocate(elements * (half ? 2 : 4)).order(ByteOrder.LITTLE_ENDIAN);
    for (int row = 0; row < rows; row++) {
      for (float[] part : parts) {
        int width = part.length / rows;
        for (int i = row * width; i < (row + 1) * width; i++) {
          if (half) {
            bytes.putShort(half(part[i]));
          } else {
            bytes.putFloat(part[i]);
          }
        }
      }
    }
    tensor.setRawData(ByteString.copyFrom(bytes.flip())).clearDocString();
  }

  /** Rounds to half precision. */
  private static short half(float value) {
    int bits = Float.floatToIntBits(value);
    int sign = bits >>> 16 & 0x8000;
    float size = Math.abs(value);
    // A float of this size has its last bit where that of the half is, so the sum rounds to it.
    float step = Math.max(Math.ulp(size) * (1 << 13), 0x1p-24f);
    float rounded = Math.round(size / step) * step;
    int half = rounded < 0x1p-14f
        ? (int) (rounded / 0x1p-24f)
        : (Float.floatToIntBits(rounded) >> 13) - (112 << 10);
    return (short) (sign | half);
  }
}
