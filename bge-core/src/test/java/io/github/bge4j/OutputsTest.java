package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.bge4j.testing.GoldenFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Asking a tiny BGE-M3 for one, two or three outputs. */
class OutputsTest {

  private static BgeEmbedder embedder;

  @TempDir
  private Path folder;

  @BeforeAll
  static void open() {
    embedder = BgeEmbedder.builder()
        .model(ModelSource.directory(GoldenFiles.path("m3")))
        .build();
  }

  @AfterAll
  static void close() {
    embedder.close();
  }

  @Test
  void embed_oneOutput_givesOnlyThatOne() {
    Embedding sparse = embedder.embed(List.of("Zambia Catalan"), Output.SPARSE).get(0);
    assertThat(sparse.lexicalWeights().size()).isPositive();
    assertThatExceptionOfType(InvalidOptionException.class)
        .isThrownBy(sparse::dense)
        .withMessage("the text was embedded without DENSE; pass Output.DENSE to embed");
    assertThatExceptionOfType(InvalidOptionException.class)
        .isThrownBy(sparse::multiVector)
        .withMessage(
            "the text was embedded without MULTI_VECTOR; pass Output.MULTI_VECTOR to embed");
    assertThatExceptionOfType(InvalidOptionException.class)
        .isThrownBy(() -> embedder.embed(List.of("a")).get(0).lexicalWeights())
        .withMessage("the text was embedded without SPARSE; pass Output.SPARSE to embed");
    assertThat(embedder.outputs()).containsExactlyInAnyOrder(Output.values());
  }

  @Test
  void embed_sameOutputTwice_isOne() {
    assertThat(embedder.embed(List.of("a"), Output.DENSE, Output.DENSE).get(0).dense())
        .isNotEmpty();
  }

  @Test
  void outputs_changedByACaller_throws() {
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> embedder.outputs().remove(Output.SPARSE));
  }

  @Test
  void embed_emptyText_hasOneRowAndNoWeights() {
    Embedding empty = embedder.embed(List.of(""), Output.values()).get(0);
    assertThat(empty.tokenIds()).containsExactly(0, 2);
    assertThat(empty.lexicalWeights().size()).isZero();
    assertThat(empty.multiVector().rows()).isEqualTo(1);
  }

  @Test
  void embed_anyBatchAndOutputs_givesTheSameBits() {
    List<String> texts = GoldenRow.read("m3.maxlen64.expected.jsonl.gz").stream()
        .map(GoldenRow::text)
        .limit(60)
        .toList();
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      order.addAll(Collections.nCopies(3, i));
    }
    Collections.shuffle(order, new Random(5));
    List<Embedding> together =
        embedder.embed(order.stream().map(texts::get).toList(), Output.values());
    for (int i = 0; i < order.size(); i++) {
      List<String> text = List.of(texts.get(order.get(i)));
      Embedding all = together.get(i);
      assertThat(embedder.embed(text).get(0).dense()).isEqualTo(all.dense());
      assertThat(embedder.embed(text, Output.SPARSE).get(0).lexicalWeights())
          .isEqualTo(all.lexicalWeights());
      assertThat(embedder.embed(text, Output.MULTI_VECTOR).get(0).multiVector())
          .isEqualTo(all.multiVector());
    }
  }

  @Test
  void embed_missingHead_refusesThatOutputOnly() throws IOException {
    for (String file : List.of(
        "config.json",
        "tokenizer.json",
        "special_tokens_map.json",
        "model.safetensors",
        "colbert_linear.pt")) {
      Files.copy(GoldenFiles.path("m3/" + file), folder.resolve(file));
    }
    try (BgeEmbedder headless =
        BgeEmbedder.builder().model(ModelSource.directory(folder)).build()) {
      assertThat(headless.embed(List.of("a"), Output.DENSE, Output.MULTI_VECTOR))
          .hasSize(1);
      assertThatExceptionOfType(InvalidOptionException.class)
          .isThrownBy(() -> headless.embed(List.of("a"), Output.SPARSE))
          .withMessage(
              "the model gives [DENSE, MULTI_VECTOR] only: [SPARSE] were asked for; a BGE-M3 folder needs"
                  + " sparse_linear.pt and colbert_linear.pt for the others");
    }
  }

  @Test
  void decode_lexicalWeights_readsLargestFirst() {
    Embedding embedding =
        embedder.embed(List.of("Zambia Catalan Zambia"), Output.SPARSE).get(0);
    List<TokenWeight> words = embedder.decode(embedding.lexicalWeights());
    assertThat(words).hasSize(embedding.lexicalWeights().size());
    assertThat(words).isSortedAccordingTo((a, b) -> Float.compare(b.weight(), a.weight()));
    assertThat(String.join("", words.stream().map(TokenWeight::token).toList()))
        .containsAnyOf("Z", "a", "m");
  }
}
