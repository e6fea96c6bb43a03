package io.github.bge4j;

import static io.github.bge4j.GoldenAssert.assertVector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.github.bge4j.internal.checkpoint.ExportedGraph;
import io.github.bge4j.testing.GoldenFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** ONNX files of which nothing but their tokenizer is known, against the reference's answers. */
class ExportedGraphsTest {

  private static final int ROWS = 40;

  @TempDir
  private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bert-11-eager",
        "bert-14-sdpa",
        "bert-17-eager",
        "bert-14-eager-fused",
        "bert-14-eager-mha",
        "bert-14-eager-half",
        "bert-14-eager-runtime",
        "bert-17-sdpa-runtime",
        "bert-cls"
      })
  void embed_bert_matchesTheReference(String export) throws IOException {
    ModelSource source = ModelSource.onnx(write("bert", export), bgeTokenizer());
    List<GoldenRow> rows = GoldenRow.read("bert.expected.jsonl.gz").subList(0, ROWS);
    try (BgeEmbedder embedder = builder(source).build()) {
      List<float[]> vectors = embedder.dense(rows.stream().map(GoldenRow::text).toList());
      for (int i = 0; i < ROWS; i++) {
        assertVector(vectors.get(i), rows.get(i).cls());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "m3-11-eager",
        "m3-14-sdpa",
        "m3-17-sdpa",
        "m3-14-eager-fused",
        "m3-17-sdpa-runtime"
      })
  void embed_xlmRoberta_hasTheVectorsOfItsCheckpoint(String export) throws IOException {
    Path tokenizer = Files.write(folder.resolve("tokenizer.json"), GoldenFiles.m3Tokenizer());
    Path checkpoint = folder.resolve("checkpoint");
    GoldenFiles.writeModel("m3", checkpoint);
    List<String> texts = List.of("a", "What is BGE M3?", "ein längerer Satz über Brücken 北京", "");
    try (BgeEmbedder ours =
            builder(ModelSource.onnx(write("m3", export), tokenizer)).build();
        BgeEmbedder golden = builder(ModelSource.directory(checkpoint)).build()) {
      assertThat(ours.maxTokens()).isEqualTo(golden.maxTokens());
      List<float[]> expected = golden.dense(texts);
      List<float[]> actual = ours.dense(texts);
      for (int i = 0; i < texts.size(); i++) {
        assertVector(actual.get(i), expected.get(i));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "bert-reranker, bert-reranker-14-eager",
    "bert-reranker, bert-reranker-14-eager-fused",
    "bert-reranker, bert-reranker-14-eager-runtime",
    "reranker-label0, reranker-label0-17-sdpa"
  })
  void score_reranker_isThatOfItsCheckpoint(String checkpoint, String export) throws IOException {
    Path golden = folder.resolve("golden");
    GoldenFiles.writeModel(checkpoint, golden);
    Path tokenizer = checkpoint.startsWith("bert")
        ? bgeTokenizer()
        : Files.write(folder.resolve("tokenizer.json"), GoldenFiles.m3Tokenizer());
    BgeRerankerBuilder builder = BgeReranker.builder().cacheDirectory(folder.resolve("cache"));
    try (BgeReranker expected = builder.model(ModelSource.directory(golden)).build();
        BgeReranker actual = builder
            .model(ModelSource.onnx(write(checkpoint, export), tokenizer))
            .build()) {
      for (String passage : List.of("a", "some longer passage", "zwei")) {
        assertThat(actual.score("what", passage))
            .isCloseTo(expected.score("what", passage), within(GoldenAssert.SCORE));
      }
    }
  }

  @Test
  void build_fileThatPoolsByTheMean_asksForPooling() throws IOException {
    ModelSource source = ModelSource.onnx(write("bert", "bert-mean"), bgeTokenizer());
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> builder(source).build())
        .withMessageContaining("its own output is made otherwise")
        .withMessageContaining("call pooling(Pooling.MEAN)");
    List<GoldenRow> rows = GoldenRow.read("bert.expected.jsonl.gz").subList(0, ROWS);
    try (BgeEmbedder embedder = builder(source).pooling(Pooling.MEAN).build()) {
      for (GoldenRow row : rows) {
        assertVector(embedder.dense(row.text()), row.mean());
      }
    }
  }

  @Test
  void embed_bundledModel_hasTheBitsThatItHasWithItsConfig() {
    OnnxSource configured =
        BgeSmall.source().withConfig(BgeSmall.read("bge-small-en-v1.5-config.json"));
    try (BgeEmbedder derived = builder(BgeSmall.source()).build();
        BgeEmbedder told = builder(configured).build()) {
      for (String text : List.of("a", "the quick brown fox", "x ".repeat(700))) {
        assertThat(derived.dense(text)).isEqualTo(told.dense(text));
      }
      assertThat(derived.maxTokens()).isEqualTo(512);
    }
  }

  @Test
  void build_quantizedFile_saysSo() throws IOException {
    Path saved = new SavedFolder("onnx-bert").copyTo(folder);
    ModelSource source = ModelSource.onnx(
        saved.resolve("onnx/model_quantized.onnx"), saved.resolve("tokenizer.json"));
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> builder(source).build())
        .withMessageContaining("it is quantized, with ")
        .withMessageContaining("asIs()");
  }

  @Test
  void build_exportOfM3WithThreeOutputs_givesAllThree() throws IOException {
    Path saved = new SavedFolder("onnx-m3-three").copyTo(folder);
    ModelSource source =
        ModelSource.onnx(saved.resolve("model.onnx"), saved.resolve("tokenizer.json"));
    try (BgeEmbedder ours = builder(source).build();
        BgeEmbedder golden = builder(ModelSource.directory(saved)).build()) {
      assertThat(ours.outputs()).containsExactlyInAnyOrder(Output.values());
      assertVector(ours.dense("a text"), golden.dense("a text"));
    }
  }

  private BgeEmbedderBuilder builder(ModelSource source) {
    return BgeEmbedder.builder().model(source).cacheDirectory(folder.resolve("cache"));
  }

  private Path write(String checkpoint, String export) throws IOException {
    return Files.write(
        folder.resolve("model.onnx"),
        ExportedGraph.read(checkpoint, export).build().toByteArray());
  }

  private Path bgeTokenizer() throws IOException {
    return Files.write(folder.resolve("bge.json"), BgeSmall.tokenizerJson());
  }
}
