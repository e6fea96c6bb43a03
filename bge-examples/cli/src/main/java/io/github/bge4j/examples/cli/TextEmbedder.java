package io.github.bge4j.examples.cli;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.Embedding;
import io.github.bge4j.InputType;
import io.github.bge4j.InvalidTextException;
import io.github.bge4j.Output;
import io.github.bge4j.Similarity;
import java.util.List;

/** Embeds texts of a file, blames the right line, and keeps count of the work. */
final class TextEmbedder {

  private final BgeEmbedder embedder;
  private final Output[] outputs;
  private long texts;
  private long tokens;
  private long truncated;
  private long nanos;

  /** Makes one on an embedder that it does not own. */
  TextEmbedder(BgeEmbedder embedder, Output... outputs) {
    this.embedder = embedder;
    this.outputs = outputs.clone();
  }

  /**
   * Embeds at least one text.
   *
   * @param file what messages call the file of the texts
   */
  List<Embedding> embed(String file, List<Text> batch, InputType type) {
    long start = System.nanoTime();
    List<Embedding> embeddings;
    try {
      embeddings = embedder.embed(batch.stream().map(Text::value).toList(), type, outputs);
    } catch (InvalidTextException e) {
      throw Blame.line(file, i -> batch.get(i).line(), e);
    }
    nanos += System.nanoTime() - start;
    texts += embeddings.size();
    for (Embedding embedding : embeddings) {
      tokens += embedding.tokenCount();
      truncated += embedding.truncated() ? 1 : 0;
    }
    return embeddings;
  }

  /** Returns how the vectors are compared. */
  Similarity similarity() {
    return embedder.similarity();
  }

  Throughput throughput() {
    return new Throughput(texts, tokens, truncated, nanos / 1e9);
  }
}
