package io.github.bge4j;

import static io.github.bge4j.GoldenAssert.SCORE;
import static io.github.bge4j.GoldenAssert.assertLexicalWeights;
import static io.github.bge4j.GoldenAssert.assertVector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.bge4j.batching.RequestOptions;
import io.github.bge4j.testing.GoldenFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tiny checkpoint in the layout of BAAI/bge-m3 against the reference's answers. */
class BgeM3GoldenTest {

  @TempDir
  private Path folder;

  @Test
  void embed_allOutputs_matchTheReference() {
    assertAll(GoldenFiles.path("m3"), 1024, "m3.expected.jsonl.gz");
  }

  @Test
  void embed_fromPytorchFile_matchesTheReference() throws IOException {
    for (Path file : List.of(
        GoldenFiles.path("m3-torch/pytorch_model.bin"),
        GoldenFiles.path("m3/config.json"),
        GoldenFiles.path("m3/tokenizer.json"),
        GoldenFiles.path("m3/special_tokens_map.json"),
        GoldenFiles.path("m3/sparse_linear.pt"),
        GoldenFiles.path("m3/colbert_linear.pt"))) {
      Files.copy(file, folder.resolve(file.getFileName().toString()));
    }
    assertAll(folder, 1024, "m3.expected.jsonl.gz");
  }

  private static void assertAll(Path checkpoint, int maxTokens, String file) {
    List<GoldenRow> rows = GoldenRow.read(file);
    assertThat(rows).hasSize(274);
    try (BgeEmbedder embedder = embedder(checkpoint, maxTokens)) {
      List<Embedding> embeddings = embedder.embed(
          rows.stream().map(GoldenRow::text).toList(),
          Output.DENSE,
          Output.SPARSE,
          Output.MULTI_VECTOR);
      for (int i = 0; i < rows.size(); i++) {
        GoldenRow row = rows.get(i);
        Embedding embedding = embeddings.get(i);
        assertThat(embedding.tokenIds()).as("row %d", i).isEqualTo(row.ids());
        assertVector(embedding.dense(), row.dense());
        assertLexicalWeights(embedding.lexicalWeights(), row.lexical());
        MultiVector rowsOf = embedding.multiVector();
        assertThat(rowsOf.rows()).isEqualTo(row.multiVectorRows());
        if (row.multiVectorFirst() != null) {
          assertVector(rowsOf.row(0), row.multiVectorFirst());
          assertVector(rowsOf.row(rowsOf.rows() - 1), row.multiVectorLast());
          assertSum(rowsOf, row.multiVectorSum());
        }
      }
    }
  }

  /** The tolerance of a sum of many rows is that of a component, as often as it is added. */
  private static void assertSum(MultiVector vectors, float[] expected) {
    for (int i = 0; i < expected.length; i++) {
      double sum = 0;
      for (int row = 0; row < vectors.rows(); row++) {
        sum += vectors.row(row)[i];
      }
      assertThat(sum).isCloseTo(expected[i], within((double) GoldenAssert.VECTOR * vectors.rows()));
    }
  }

  @Test
  void embed_cutAt64Tokens_matchesTheReference() {
    assertAll(GoldenFiles.path("m3"), 64, "m3.maxlen64.expected.jsonl.gz");
  }

  /** Also of texts whose tokens do not tell the text: unknown words, several blanks. */
  @Test
  void embedTokens_idsWithOrWithoutSpecialTokens_matchTheReference() {
    List<GoldenRow> rows = GoldenRow.read("m3.expected.jsonl.gz");
    List<int[]> whole = rows.stream().map(GoldenRow::ids).toList();
    List<int[]> bare =
        whole.stream().map(ids -> Arrays.copyOfRange(ids, 1, ids.length - 1)).toList();
    try (BgeEmbedder embedder = embedder(GoldenFiles.path("m3"), 1024)) {
      for (List<int[]> texts : List.of(whole, bare)) {
        List<Embedding> embeddings = embedder
            .embedTokensAsync(texts, RequestOptions.bulk(), Output.DENSE, Output.SPARSE)
            .join();
        assertThat(embeddings).hasSize(274);
        for (int i = 0; i < rows.size(); i++) {
          assertThat(embeddings.get(i).tokenIds()).as("row %d", i).isEqualTo(whole.get(i));
          assertVector(embeddings.get(i).dense(), rows.get(i).dense());
          assertLexicalWeights(embeddings.get(i).lexicalWeights(), rows.get(i).lexical());
        }
      }
    }
  }

  @Test
  void embedTokens_tooMany_areCutAsTextIs() {
    int[] ids = {0, 5, 6, 7, 8, 2};
    try (BgeEmbedder embedder = embedder(GoldenFiles.path("m3"), 4)) {
      Embedding embedding =
          embedder.embedTokensAsync(List.of(ids), RequestOptions.bulk()).join().get(0);
      assertThat(embedding.tokenIds()).containsExactly(0, 5, 6, 2);
      assertThat(embedding.truncated()).isTrue();
    }
  }

  @Test
  void score_pairs_matchTheReference() {
    HybridScore.Weights weights = new HybridScore.Weights(0.4f, 0.2f, 0.4f);
    try (BgeEmbedder queries = embedder(GoldenFiles.path("m3"), 64);
        BgeEmbedder passages = embedder(GoldenFiles.path("m3"), 128)) {
      for (GoldenScore row : GoldenRow.read("m3.scores.expected.jsonl.gz", GoldenScore.class)) {
        Embedding query = all(queries, row.query());
        Embedding passage = all(passages, row.passage());
        HybridScore score = HybridScore.of(query, passage, weights);
        assertThat((double) score.sparse())
            .isCloseTo(row.sparse(), within(SCORE * Math.max(1, row.sparse())));
        assertThat((double) score.dense()).isCloseTo(row.dense(), within(SCORE));
        assertThat((double) score.multiVector()).isCloseTo(row.multiVector(), within(SCORE));
        assertThat((double) score.denseSparse()).isCloseTo(row.denseSparse(), within(SCORE));
        assertThat((double) score.all()).isCloseTo(row.all(), within(SCORE));
      }
    }
  }

  /** The reference cut both texts at 128 tokens here. */
  @Test
  void lexicalWeights_dot_matchesTheReference() {
    try (BgeEmbedder embedder = embedder(GoldenFiles.path("m3"), 128)) {
      for (GoldenScore row : GoldenRow.read("m3.scores.expected.jsonl.gz", GoldenScore.class)) {
        double score = all(embedder, row.query())
            .lexicalWeights()
            .dot(all(embedder, row.passage()).lexicalWeights());
        assertThat(score)
            .isCloseTo(row.lexicalMatching(), within(SCORE * Math.max(1, row.lexicalMatching())));
      }
    }
  }

  private static Embedding all(BgeEmbedder embedder, String text) {
    return embedder.embed(List.of(text), Output.values()).get(0);
  }

  private static BgeEmbedder embedder(Path checkpoint, int maxTokens) {
    return BgeEmbedder.builder()
        .model(ModelSource.directory(checkpoint))
        .maxTokens(maxTokens)
        .build();
  }
}
