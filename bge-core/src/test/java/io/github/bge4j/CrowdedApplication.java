package io.github.bge4j;

import io.github.bge4j.sparse.SparseTokenMapper;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;

/** Does what the library can do with small models, and tells what came of it. */
public final class CrowdedApplication implements Function<String, String> {

  private static final List<String> TEXTS = List.of("What is BGE M3?", "Pandas eat bamboo.");

  /** Called by reflection. */
  public CrowdedApplication() {}

  /**
   * Works with a folder and a hub.
   *
   * @param places the folder, with {@code bert} and {@code reranker} in it, the address of the hub,
   *     and the folder of a BGE-M3, with line ends between
   */
  @Override
  public String apply(String places) {
    List<String> lines = places.lines().toList();
    Path models = Path.of(lines.get(0));
    StringBuilder told = new StringBuilder();
    ModelSource m3 = ModelSource.directory(Path.of(lines.get(2)));
    try (BgeEmbedder embedder = BgeEmbedder.builder().model(m3).build()) {
      for (Embedding embedding :
          embedder.embed(TEXTS, Output.DENSE, Output.SPARSE, Output.MULTI_VECTOR)) {
        told.append(Arrays.toString(embedding.dense()))
            .append(embedding.lexicalWeights())
            .append(SparseTokenMapper.hash(1 << 20).map(embedding.lexicalWeights()))
            .append(embedding.multiVector().maxSim(embedding.multiVector()));
      }
    }
    told.append(new TreeMap<>(ModelVocabulary.read(m3).ids()));
    ModelSource bert = ModelSource.directory(models.resolve("bert"));
    try (BgeEmbedder embedder = BgeEmbedder.builder().model(bert).build()) {
      told.append(Arrays.toString(embedder.dense(TEXTS.get(0))));
    }
    ModelSource pairs = ModelSource.directory(models.resolve("reranker"));
    try (BgeReranker reranker = BgeReranker.builder().model(pairs).build()) {
      told.append(reranker.score(TEXTS.get(0), TEXTS.get(1)));
    }
    hub(URI.create(lines.get(1)), models.resolve("cache"), told);
    return told.toString();
  }

  /** Downloads a model, opens it from the cache, and lists what is there. */
  private static void hub(URI endpoint, Path cache, StringBuilder told) {
    HubSource source =
        ModelSource.hub("BAAI/bge-m3").withEndpoint(endpoint).withCache(cache).withOffline(false);
    source.pull();
    source.pull();
    try (BgeEmbedder embedder =
        BgeEmbedder.builder().model(source.withOffline(true)).build()) {
      told.append(Arrays.toString(embedder.dense(TEXTS.get(0))));
    }
    told.append(CachedModel.list(cache));
  }
}
