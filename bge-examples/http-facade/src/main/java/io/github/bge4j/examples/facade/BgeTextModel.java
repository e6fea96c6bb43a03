package io.github.bge4j.examples.facade;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.DeviceChoice;
import io.github.bge4j.Embedding;
import io.github.bge4j.InputType;
import io.github.bge4j.Output;
import io.github.bge4j.Token;
import io.github.bge4j.batching.RequestOptions;
import io.github.bge4j.sparse.SparseTokenMapper;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** An embedder of the library and the mapping of its weights. Thread-safe. */
final class BgeTextModel implements TextModel {

  private final BgeEmbedder embedder;
  private final SparseTokenMapper mapper;
  private final ModelTokens tokens;

  /** Takes over the embedder. */
  BgeTextModel(BgeEmbedder embedder, SparseTokenMapper mapper, ModelTokens tokens) {
    this.embedder = embedder;
    this.mapper = mapper;
    this.tokens = tokens;
  }

  @Override
  public int dimension() {
    return embedder.dimension();
  }

  @Override
  public ModelTokens tokens() {
    return tokens;
  }

  @Override
  public CompletableFuture<List<TextVectors>> embed(
      List<String> texts, RequestOptions options, Output... outputs) {
    return vectors(embedder.embedAsync(texts, InputType.PASSAGE, options, outputs), outputs);
  }

  @Override
  public CompletableFuture<List<TextVectors>> embedTokens(
      List<int[]> texts, RequestOptions options, Output... outputs) {
    return vectors(embedder.embedTokensAsync(texts, options, outputs), outputs);
  }

  private CompletableFuture<List<TextVectors>> vectors(
      CompletableFuture<List<Embedding>> embeddings, Output... outputs) {
    List<Output> asked = Arrays.asList(outputs);
    return Futures.map(
        embeddings,
        all -> all.stream().map(embedding -> vectors(embedding, asked)).toList());
  }

  private TextVectors vectors(Embedding embedding, List<Output> asked) {
    return new TextVectors(
        embedding.tokenCount(),
        embedding.truncated(),
        asked.contains(Output.DENSE) ? embedding.dense() : null,
        asked.contains(Output.SPARSE) ? mapper.map(embedding.lexicalWeights()) : null,
        asked.contains(Output.SPARSE) ? embedding.lexicalWeights() : null,
        asked.contains(Output.MULTI_VECTOR) ? embedding.multiVector() : null);
  }

  @Override
  public Set<Output> outputs() {
    return embedder.outputs();
  }

  @Override
  public Optional<DeviceChoice> device() {
    return Optional.of(embedder.device());
  }

  @Override
  public int maxTokens() {
    return embedder.maxTokens();
  }

  @Override
  public List<Token> tokenize(String text) {
    return embedder.tokenize(text);
  }

  @Override
  public String decode(int[] tokenIds, boolean skipSpecial) {
    return embedder.decode(tokenIds, skipSpecial);
  }

  @Override
  public void close() {
    embedder.close();
  }
}
