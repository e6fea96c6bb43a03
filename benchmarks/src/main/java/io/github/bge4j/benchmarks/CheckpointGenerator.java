package io.github.bge4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Writes a model folder with random weights: of the size of BAAI/bge-m3 (24 layers, hidden 1024, 16
 * heads, feed-forward 4096, vocabulary 250,002, 8,194 positions; 2.3 GB), of a reranker of that
 * size, or of bge-small (12 layers, hidden 384).
 *
 * <pre>
 * mvn -q -Pbenchmarks -DskipTests package
 * java -cp benchmarks/target/benchmarks.jar io.github.bge4j.benchmarks.CheckpointGenerator FOLDER torch|safetensors TOKENIZER_JSON [m3|reranker|small]
 * </pre>
 */
public final class CheckpointGenerator {

  /** What is written. */
  private enum Size {
    M3(24, 1024, 16, 250_002, 8_194, "XLMRobertaModel"),
    RERANKER(24, 1024, 16, 250_002, 8_194, "XLMRobertaForSequenceClassification"),
    SMALL(12, 384, 12, 30_522, 514, "XLMRobertaModel");

    private final int layers;
    private final int hidden;
    private final int heads;
    private final int vocabulary;
    private final int positions;
    private final String architecture;

    Size(int layers, int hidden, int heads, int vocabulary, int positions, String architecture) {
      this.layers = layers;
      this.hidden = hidden;
      this.heads = heads;
      this.vocabulary = vocabulary;
      this.positions = positions;
      this.architecture = architecture;
    }

    private String config() {
      return String.format(
          Locale.ROOT, """
          {"model_type": "xlm-roberta", "architectures": ["%s"], "num_labels": 1, "hidden_size": %d,
           "num_hidden_layers": %d, "num_attention_heads": %d, "intermediate_size": %d,
           "hidden_act": "gelu", "layer_norm_eps": 1e-05, "max_position_embeddings": %d,
           "type_vocab_size": 1, "vocab_size": %d, "pad_token_id": 1}
          """, architecture, hidden, layers, heads, 4 * hidden, positions, vocabulary);
    }

    private Map<String, int[]> weights() {
      Map<String, int[]> shapes = new LinkedHashMap<>();
      String prefix = this == RERANKER ? "roberta." : "";
      shapes.put(prefix + "embeddings.word_embeddings.weight", new int[] {vocabulary, hidden});
      shapes.put(prefix + "embeddings.position_embeddings.weight", new int[] {positions, hidden});
      shapes.put(prefix + "embeddings.token_type_embeddings.weight", new int[] {1, hidden});
      shapes.putAll(norm(prefix + "embeddings.LayerNorm."));
      for (int layer = 0; layer < layers; layer++) {
        String name = prefix + "encoder.layer." + layer + ".";
        shapes.putAll(linear(name + "attention.self.query.", hidden, hidden));
        shapes.putAll(linear(name + "attention.self.key.", hidden, hidden));
        shapes.putAll(linear(name + "attention.self.value.", hidden, hidden));
        shapes.putAll(linear(name + "attention.output.dense.", hidden, hidden));
        shapes.putAll(norm(name + "attention.output.LayerNorm."));
        shapes.putAll(linear(name + "intermediate.dense.", 4 * hidden, hidden));
        shapes.putAll(linear(name + "output.dense.", hidden, 4 * hidden));
        shapes.putAll(norm(name + "output.LayerNorm."));
      }
      if (this == RERANKER) {
        shapes.putAll(linear("classifier.dense.", hidden, hidden));
        shapes.putAll(linear("classifier.out_proj.", 1, hidden));
      }
      return shapes;
    }

    private Map<String, int[]> norm(String name) {
      return Map.of(name + "weight", new int[] {hidden}, name + "bias", new int[] {hidden});
    }
  }

  private CheckpointGenerator() {}

  /**
   * Writes the folder.
   *
   * @param args folder, format, the tokenizer to copy, and the size
   * @throws IOException if it cannot be written
   */
  public static void main(String[] args) throws IOException {
    Path folder = Files.createDirectories(Path.of(args[0]));
    boolean torch = args[1].equals("torch");
    Size size = args.length < 4 ? Size.M3 : Size.valueOf(args[3].toUpperCase(Locale.ROOT));
    Files.writeString(folder.resolve("config.json"), size.config());
    Files.copy(Path.of(args[2]), folder.resolve("tokenizer.json"));
    if (torch) {
      RandomWeightsWriter.torch(folder.resolve("pytorch_model.bin"), size.weights());
    } else {
      RandomWeightsWriter.safetensors(folder.resolve("model.safetensors"), size.weights());
    }
    if (size == Size.M3) {
      RandomWeightsWriter.torch(folder.resolve("sparse_linear.pt"), linear("", 1, size.hidden));
      RandomWeightsWriter.torch(
          folder.resolve("colbert_linear.pt"), linear("", size.hidden, size.hidden));
    }
  }

  private static Map<String, int[]> linear(String name, int out, int in) {
    Map<String, int[]> shapes = new LinkedHashMap<>();
    shapes.put(name + "weight", new int[] {out, in});
    shapes.put(name + "bias", new int[] {out});
    return shapes;
  }
}
