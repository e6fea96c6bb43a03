package io.github.bge4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes a model folder of the size of BAAI/bge-m3 with random weights: 24 layers, hidden 1024, 16
 * heads, feed-forward 4096, vocabulary 250,002, 8,194 positions; 2.3 GB.
 *
 * <pre>
 * mvn -q -Pbenchmarks -DskipTests package
 * java -cp benchmarks/target/benchmarks.jar io.github.bge4j.benchmarks.CheckpointGenerator FOLDER torch|safetensors TOKENIZER_JSON
 * </pre>
 */
public final class CheckpointGenerator {

  private static final int HIDDEN = 1024;
  private static final int WIDE = 4096;
  private static final int LAYERS = 24;

  private static final String CONFIG = """
      {"model_type": "xlm-roberta", "hidden_size": 1024, "num_hidden_layers": 24, "num_attention_heads": 16,
       "intermediate_size": 4096, "hidden_act": "gelu", "layer_norm_eps": 1e-05, "max_position_embeddings": 8194,
       "type_vocab_size": 1, "vocab_size": 250002, "pad_token_id": 1}
      """;

  private CheckpointGenerator() {}

  /**
   * Writes the folder.
   *
   * @param args folder, format, and the tokenizer to copy
   * @throws IOException if it cannot be written
   */
  public static void main(String[] args) throws IOException {
    Path folder = Files.createDirectories(Path.of(args[0]));
    boolean torch = args[1].equals("torch");
    Files.writeString(folder.resolve("config.json"), CONFIG);
    Files.copy(Path.of(args[2]), folder.resolve("tokenizer.json"));
    if (torch) {
      RandomWeightsWriter.torch(folder.resolve("pytorch_model.bin"), encoder());
    } else {
      RandomWeightsWriter.safetensors(folder.resolve("model.safetensors"), encoder());
    }
    RandomWeightsWriter.torch(folder.resolve("sparse_linear.pt"), linear("", 1, HIDDEN));
    RandomWeightsWriter.torch(folder.resolve("colbert_linear.pt"), linear("", HIDDEN, HIDDEN));
  }

  private static Map<String, int[]> encoder() {
    Map<String, int[]> shapes = new LinkedHashMap<>();
    shapes.put("embeddings.word_embeddings.weight", new int[] {250_002, HIDDEN});
    shapes.put("embeddings.position_embeddings.weight", new int[] {8_194, HIDDEN});
    shapes.put("embeddings.token_type_embeddings.weight", new int[] {1, HIDDEN});
    shapes.putAll(norm("embeddings.LayerNorm."));
    for (int layer = 0; layer < LAYERS; layer++) {
      String name = "encoder.layer." + layer + ".";
      shapes.putAll(linear(name + "attention.self.query.", HIDDEN, HIDDEN));
      shapes.putAll(linear(name + "attention.self.key.", HIDDEN, HIDDEN));
      shapes.putAll(linear(name + "attention.self.value.", HIDDEN, HIDDEN));
      shapes.putAll(linear(name + "attention.output.dense.", HIDDEN, HIDDEN));
      shapes.putAll(norm(name + "attention.output.LayerNorm."));
      shapes.putAll(linear(name + "intermediate.dense.", WIDE, HIDDEN));
      shapes.putAll(linear(name + "output.dense.", HIDDEN, WIDE));
      shapes.putAll(norm(name + "output.LayerNorm."));
    }
    return shapes;
  }

  private static Map<String, int[]> linear(String name, int out, int in) {
    Map<String, int[]> shapes = new LinkedHashMap<>();
    shapes.put(name + "weight", new int[] {out, in});
    shapes.put(name + "bias", new int[] {out});
    return shapes;
  }

  private static Map<String, int[]> norm(String name) {
    return Map.of(name + "weight", new int[] {HIDDEN}, name + "bias", new int[] {HIDDEN});
  }
}
