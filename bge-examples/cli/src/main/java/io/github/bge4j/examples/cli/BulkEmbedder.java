package io.github.bge4j.examples.cli;

import io.github.bge4j.Embedding;
import io.github.bge4j.InputType;
import java.util.ArrayList;
import java.util.List;

/** Embeds lists of texts of any length and shows the progress over all of them. */
final class BulkEmbedder {

  /** Few enough to see progress, enough to keep the workers busy. */
  private static final int TEXTS_PER_CALL = 512;

  private final TextEmbedder embedder;
  private final Progress progress;
  private long done;

  BulkEmbedder(TextEmbedder embedder, Progress progress) {
    this.embedder = embedder;
    this.progress = progress;
  }

  /**
   * Returns one vector a text.
   *
   * @param file what messages call the file of the texts
   */
  List<float[]> embed(String file, List<Text> texts, InputType type) {
    List<float[]> vectors = new ArrayList<>(texts.size());
    for (int from = 0; from < texts.size(); from += TEXTS_PER_CALL) {
      int to = Math.min(texts.size(), from + TEXTS_PER_CALL);
      for (Embedding embedding : embedder.embed(file, texts.subList(from, to), type)) {
        vectors.add(embedding.dense());
      }
      done += to - from;
      progress.advanceTo(done);
    }
    return vectors;
  }
}
