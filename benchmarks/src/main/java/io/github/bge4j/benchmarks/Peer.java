package io.github.bge4j.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An engine of the table.
 *
 * @param exact whether it must give the vectors of fp32
 * @param command starts it, or why it is left out if empty
 * @param rerankCommand starts its reranker; empty if it has none to compare
 * @param leftOut why it cannot be started; null if it can
 */
record Peer(
    String name,
    boolean exact,
    List<String> command,
    List<String> rerankCommand,
    @Nullable String leftOut) {

  /** Returns the name of its reranker, which fails or is measured apart. */
  String reranker() {
    return name + ", reranker";
  }

  /** What all others are checked against. */
  static final String REFERENCE = "bge4j fp32";

  /**
   * Returns all peers in the order of the table.
   *
   * @param python a Python of {@code peers-setup.sh}, or null to leave its peers out
   */
  static List<Peer> all(Path work, @Nullable String python) {
    List<Peer> peers = new ArrayList<>();
    peers.add(java(REFERENCE, EngineKind.BGE4J, RerankEngineKind.BGE4J, work));
    peers.add(java("bge4j int8", EngineKind.BGE4J_INT8, RerankEngineKind.BGE4J_INT8, work));
    peers.add(java(
        "bge4j, file as it is",
        EngineKind.BGE4J_AS_EXPORTED,
        RerankEngineKind.BGE4J_AS_EXPORTED,
        work));
    peers.add(java("LangChain4j fp32", EngineKind.LANGCHAIN4J, RerankEngineKind.LANGCHAIN4J, work));
    peers.add(java("LangChain4j -q", EngineKind.LANGCHAIN4J_QUANTIZED, null, work));
    peers.add(java("DJL", EngineKind.DJL, null, work));
    peers.add(java("ONNX Runtime, padded batches", EngineKind.PADDED_BATCHES, null, work));
    peers.add(python(
        "ONNX Runtime, Python, fused fp32", true, "onnxruntime", "fused.onnx", work, python));
    peers.add(python(
        "ONNX Runtime, Python, uint8", false, "onnxruntime-uint8", "uint8.onnx", work, python));
    peers.add(python(
        "sentence-transformers", true, "sentence-transformers", "hf/config.json", work, python));
    peers.add(python("llama.cpp f32", true, "llama.cpp", "f32.gguf", work, python));
    peers.add(python("llama.cpp q8_0", false, "llama.cpp-q8_0", "q8_0.gguf", work, python));
    return List.copyOf(peers);
  }

  private static Peer java(
      String name, EngineKind kind, @Nullable RerankEngineKind reranker, Path work) {
    return new Peer(
        name,
        kind.isExact(),
        server("embed", kind.name(), work),
        reranker == null ? List.of() : server("rerank", reranker.name(), work),
        null);
  }

  private static List<String> server(String task, String kind, Path work) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return List.of(
        java,
        "-cp",
        System.getProperty("java.class.path"),
        PeerServer.class.getName(),
        task,
        kind,
        work.toString());
  }

  private static Peer python(
      String name, boolean exact, String engine, String file, Path work, @Nullable String python) {
    if (python == null) {
      return new Peer(name, exact, List.of(), List.of(), "no --python given");
    }
    String leftOut = Files.exists(work.resolve(file)) ? null : file + " could not be made";
    List<String> reranker =
        engine.equals("sentence-transformers") ? script(python, "cross-encoder", work) : List.of();
    return new Peer(name, exact, script(python, engine, work), reranker, leftOut);
  }

  private static List<String> script(String python, String engine, Path work) {
    return List.of(python, "benchmarks/peers.py", engine, work.toString());
  }
}
