package io.github.bge4j.examples.facade;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.Embedding;
import io.github.bge4j.InputType;
import io.github.bge4j.ModelSource;
import io.github.bge4j.Output;
import io.github.bge4j.batching.RequestOptions;
import io.github.bge4j.sparse.SparseTokenMapper;
import io.github.bge4j.sparse.SparseVector;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** An embedder of the library. Thread-safe. */
final class BgeTextModel implements TextModel {

  private final BgeEmbedder embedder;
  private final SparseTokenMapper mapper;
  private final TokenTexts tokenTexts;

  /** Takes over the embedder. */
  BgeTextModel(BgeEmbedder embedder, SparseTokenMapper mapper, ModelSource source) {
    this.embedder = embedder;
    this.mapper = mapper;
    this.tokenTexts = new TokenTexts(source);
  }

  @Override
  public int dimension() {
    return embedder.dimension();
  }

  @Override
  public CompletableFuture<List<TextVectors>> embed(
      List<String> texts, RequestOptions options, Output... outputs) {
    List<Output> asked = Arrays.asList(outputs);
    return Futures.map(
        embedder.embedAsync(texts, InputType.PASSAGE, options, outputs),
        all -> all.stream().map(embedding -> vectors(embedding, asked)).toList());
  }

  private static TextVectors vectors(Embedding embedding, List<Output> asked) {
    return new TextVectors(
        embedding.tokenCount(),
        embedding.truncated(),
        asked.contains(Output.DENSE) ? embedding.dense() : null,
        asked.contains(Output.SPARSE) ? embedding.lexicalWeights() : null);
  }

  @Override
  public SparseVector map(SparseVector weights) {
    return mapper.map(weights);
  }

  @Override
  public String decode(int[] ids) {
    return tokenTexts.decode(ids);
  }

  @Override
  public void close() {
    embedder.close();
  }
}
