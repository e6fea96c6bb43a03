package io.github.bge4j.benchmarks;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.ByteString;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * How fast ONNX Runtime multiplies matrices of a model's shapes on this machine: a graph of one
 * node, every core with a session of one thread, all at the same time.
 *
 * @param columns of the weights (N)
 * @param depth of the sum (K)
 */
record GemmCeiling(int depth, int columns) {

  /** The shapes of bge-small and of BGE-M3. */
  static final List<GemmCeiling> SHAPES =
      List.of(new GemmCeiling(384, 1536), new GemmCeiling(1024, 4096));

  /** Rows of a run (M). */
  static final List<Integer> ROWS = List.of(256, 512, 1024);

  private static final long NANOS = 400_000_000;

  /** Returns billions of useful operations (two a product) per CPU second of a thread. */
  double gigaflops(int rows, boolean integers)
      throws OrtException, InterruptedException, ExecutionException {
    int threads = Runtime.getRuntime().availableProcessors();
    byte[] graph = (integers ? integerGraph() : floatGraph()).toByteArray();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Callable<Double>> works = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        works.add(() -> measure(graph, rows, integers));
      }
      double sum = 0;
      for (Future<Double> speed : pool.invokeAll(works)) {
        sum += speed.get();
      }
      return sum / threads;
    } finally {
      pool.shutdown();
    }
  }

  private double measure(byte[] graph, int rows, boolean integers) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      ByteBuffer values = values(rows * depth, integers);
      long[] shape = {rows, depth};
      try (OrtSession session = environment.createSession(graph, options);
          OnnxTensor input = integers
              ? OnnxTensor.createTensor(environment, values, shape, OnnxJavaType.UINT8)
              : OnnxTensor.createTensor(environment, values.asFloatBuffer(), shape)) {
        session.run(Map.of("a", input)).close();
        // With one thread a session has the caller do the work.
        ThreadMXBean clock = ManagementFactory.getThreadMXBean();
        long start = clock.getCurrentThreadCpuTime();
        long nanos = 0;
        long runs = 0;
        while (nanos < NANOS) {
          session.run(Map.of("a", input)).close();
          runs++;
          nanos = clock.getCurrentThreadCpuTime() - start;
        }
        return 2.0 * runs * rows * depth * columns / nanos;
      }
    }
  }

  private static ByteBuffer values(int count, boolean integers) {
    SplittableRandom random = new SplittableRandom(count);
    ByteBuffer bytes = ByteBuffer.allocateDirect(integers ? count : count * Float.BYTES)
        .order(ByteOrder.nativeOrder());
    for (int i = 0; i < count; i++) {
      if (integers) {
        bytes.put((byte) random.nextInt(-64, 64));
      } else {
        bytes.putFloat((float) random.nextDouble(-1, 1));
      }
    }
    return bytes.flip();
  }

  private ModelProto floatGraph() {
    return model(
        NodeProto.newBuilder().setOpType("MatMul").addInput("a").addInput("b").addOutput("c"),
        TensorProto.DataType.FLOAT,
        weights(TensorProto.DataType.FLOAT));
  }

  private ModelProto integerGraph() {
    NodeProto.Builder node = NodeProto.newBuilder()
        .setDomain("com.microsoft")
        .setOpType("MatMulIntegerToFloat")
        .addInput("a")
        .addInput("b")
        .addInput("scale")
        .addInput("scale")
        .addOutput("c");
    TensorProto.Builder scale = TensorProto.newBuilder()
        .setName("scale")
        .setDataType(TensorProto.DataType.FLOAT.getNumber())
        .addFloatData(0.01f);
    return model(node, TensorProto.DataType.UINT8, weights(TensorProto.DataType.INT8), scale);
  }

  private TensorProto.Builder weights(TensorProto.DataType type) {
    ByteBuffer values = values(depth * columns, type == TensorProto.DataType.INT8);
    return TensorProto.newBuilder()
        .setName("b")
        .setDataType(type.getNumber())
        .addDims(depth)
        .addDims(columns)
        .setRawData(ByteString.copyFrom(values));
  }

  private ModelProto model(
      NodeProto.Builder node, TensorProto.DataType input, TensorProto.Builder... constants) {
    GraphProto.Builder graph = GraphProto.newBuilder()
        .setName("gemm")
        .addNode(node.setName("gemm"))
        .addInput(tensor("a", input, depth))
        .addOutput(tensor("c", TensorProto.DataType.FLOAT, columns));
    for (TensorProto.Builder constant : constants) {
      graph.addInitializer(constant);
    }
    return ModelProto.newBuilder()
        .setIrVersion(9)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
        .addOpsetImport(
            OperatorSetIdProto.newBuilder().setDomain("com.microsoft").setVersion(1))
        .setGraph(graph)
        .build();
  }

  private static ValueInfoProto tensor(String name, TensorProto.DataType type, int width) {
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder()
            .setTensorType(TypeProto.Tensor.newBuilder()
                .setElemType(type.getNumber())
                .setShape(TensorShapeProto.newBuilder()
                    .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("rows"))
                    .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(width)))))
        .build();
  }
}
