package io.github.bge4j.langchain4j;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.rag.content.Content;
import dev.langchain4j.rag.content.ContentMetadata;
import dev.langchain4j.rag.query.Query;
import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.Embedding;
import io.github.bge4j.HybridScore;
import io.github.bge4j.Output;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

/** All passages of a model with three outputs, scored by all of them. */
final class HybridMemory implements HybridSearch {

  private final List<String> passages;
  private final List<Embedding> embeddings;
  private final Queue<Embedding> asked = new ConcurrentLinkedQueue<>();

  HybridMemory(BgeEmbedder embedder, List<String> passages) {
    this.passages = passages;
    this.embeddings = embedder.embed(passages, Output.values());
  }

  /** Returns the queries so far. */
  List<Embedding> asked() {
    return List.copyOf(asked);
  }

  @Override
  public List<Content> search(Query query, Embedding embedding, int maxResults) {
    asked.add(embedding);
    return IntStream.range(0, passages.size())
        .mapToObj(i -> content(i, score(embedding, embeddings.get(i))))
        .sorted(Comparator.comparingDouble((Content content) -> -score(content)))
        .limit(maxResults)
        .toList();
  }

  private Content content(int index, double score) {
    return Content.from(
        TextSegment.from(passages.get(index)),
        Map.of(
            ContentMetadata.SCORE, score, ContentMetadata.EMBEDDING_ID, Integer.toString(index)));
  }

  static double score(Content content) {
    return (Double) Objects.requireNonNull(content.metadata().get(ContentMetadata.SCORE));
  }

  static double score(Embedding query, Embedding passage) {
    return HybridScore.of(query, passage, HybridScore.Weights.EQUAL).all();
  }
}
