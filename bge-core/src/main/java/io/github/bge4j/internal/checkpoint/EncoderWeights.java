package io.github.bge4j.internal.checkpoint;

import java.util.LinkedHashMap;
import java.util.Map;

/** The weights that every encoder has, and their shapes. The pooler is not among them. */
final class EncoderWeights {

  private EncoderWeights() {}

  /** Returns shapes by name, in the order in which they are used. */
  static Map<String, long[]> shapes(ModelConfig config) {
    long hidden = config.hiddenSize();
    long wide = config.intermediateSize();
    Map<String, long[]> shapes = new LinkedHashMap<>();
    String embeddings = "embeddings.";
    shapes.put(embeddings + "word_embeddings.weight", new long[] {config.vocabSize(), hidden});
    shapes.put(
        embeddings + "position_embeddings.weight", new long[] {config.maxPositions(), hidden});
    shapes.put(
        embeddings + "token_type_embeddings.weight", new long[] {config.typeVocabSize(), hidden});
    putNorm(shapes, embeddings + "LayerNorm", hidden);
    for (int i = 0; i < config.layers(); i++) {
      String layer = "encoder.layer." + i + ".";
      putLinear(shapes, layer + "attention.self.query", hidden, hidden);
      putLinear(shapes, layer + "attention.self.key", hidden, hidden);
      putLinear(shapes, layer + "attention.self.value", hidden, hidden);
      putLinear(shapes, layer + "attention.output.dense", hidden, hidden);
      putNorm(shapes, layer + "attention.output.LayerNorm", hidden);
      putLinear(shapes, layer + "intermediate.dense", wide, hidden);
      putLinear(shapes, layer + "output.dense", hidden, wide);
      putNorm(shapes, layer + "output.LayerNorm", hidden);
    }
    return shapes;
  }

  private static void putLinear(Map<String, long[]> shapes, String layer, long out, long in) {
    shapes.put(layer + ".weight", new long[] {out, in});
    shapes.put(layer + ".bias", new long[] {out});
  }

  private static void putNorm(Map<String, long[]> shapes, String norm, long size) {
    shapes.put(norm + ".weight", new long[] {size});
    shapes.put(norm + ".bias", new long[] {size});
  }
}
