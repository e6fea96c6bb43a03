package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.bge4j.internal.runtime.TinyOnnx;
import io.github.bge4j.testing.GoldenFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An embedding model is no reranker, and the other way round. */
class ModelFilesTest {

  @TempDir
  private Path folder;

  @Test
  void embedder_ofAReranker_throws() throws IOException {
    GoldenFiles.writeModel("bert-reranker", folder);
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(
            () -> BgeEmbedder.builder().model(ModelSource.directory(folder)).build())
        .withMessageMatching(
            "an embedding model must have no classifier: .*model.safetensors is a reranker; use BgeReranker");
  }

  @Test
  void embedder_ofARerankerThatTheConfigurationDoesNotName_throws() throws IOException {
    GoldenFiles.writeModel("bert-reranker", folder);
    Path config = folder.resolve("config.json");
    Files.writeString(
        config, Files.readString(config).replace("BertForSequenceClassification", "BertModel"));
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(
            () -> BgeEmbedder.builder().model(ModelSource.directory(folder)).build())
        .withMessageEndingWith("is a reranker; use BgeReranker");
    try (BgeReranker reranker =
        BgeReranker.builder().model(ModelSource.directory(folder)).build()) {
      assertThat(reranker.score("a", "b")).isFinite();
    }
  }

  @Test
  void reranker_ofAnEmbeddingModel_throws() throws IOException {
    GoldenFiles.writeModel("bert", folder);
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(
            () -> BgeReranker.builder().model(ModelSource.directory(folder)).build())
        .withMessageMatching(
            "a reranker must have a classifier: .*model.safetensors is an embedding model; use BgeEmbedder, .*");
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> BgeReranker.builder().model(BgeSmall.source()).build())
        .withMessageContaining("is an embedding model; use BgeEmbedder");
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> BgeReranker.builder().model(BgeSmall.ready()).build())
        .withMessageContaining("a reranker must have a float output 'logits' of shape [batch, 1]");
  }

  @Test
  void reranker_ofTwoLabels_throws() throws IOException {
    GoldenFiles.writeModel("bert-reranker", folder);
    Path config = folder.resolve("config.json");
    Files.writeString(config, Files.readString(config).replace("\"id2label\"", "\"renamed\""));
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(
            () -> BgeReranker.builder().model(ModelSource.directory(folder)).build())
        .withMessage("a reranker must have 1 label, not 2: " + folder.resolve("model.safetensors")
            + " by config.json, whose num_labels or id2label say so (2 without); use a model that was"
            + " trained for reranking, such as BAAI/bge-reranker-v2-m3");
  }

  @Test
  void readyReranker_oneLabel_scores() throws IOException {
    Path model = folder.resolve("model.onnx");
    Files.write(model, TinyOnnx.dynamic().typed().logits(1).bytes());
    Path tokenizer = folder.resolve("tokenizer.json");
    Files.write(tokenizer, BgeSmall.tokenizerJson());
    ModelSource source = ModelSource.onnx(model, tokenizer).asIs();
    try (BgeReranker reranker = BgeReranker.builder().model(source).build()) {
      // [CLS] a [SEP] b [SEP] with ids 101 1037 102 1038 102; the last two have type 1.
      assertThat(reranker.score("a", "b")).isEqualTo(101 + 1037 + 102 + 1038 + 102 + 2 * 0.5);
    }
    Files.write(model, TinyOnnx.dynamic().typed().logits(1).half().bytes());
    try (BgeReranker reranker = BgeReranker.builder().model(source).build()) {
      // Above 2048, fp16 has even numbers only.
      assertThat(reranker.score("a", "b")).isEqualTo(2380);
    }
    Files.write(model, TinyOnnx.dynamic().typed().logits(2).bytes());
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> BgeReranker.builder().model(source).build())
        .withMessage("a reranker must have 1 label, not 2: " + model
            + "; use a model that was trained for reranking, such as BAAI/bge-reranker-v2-m3");
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> BgeEmbedder.builder().model(source).build())
        .withMessageEndingWith(
            "export the encoder without a task head, or use BgeReranker for a reranker");
  }

  @Test
  void readyModel_thatDoesNotRunWithItsTokenizer_throws() throws IOException {
    Path tokenizer = folder.resolve("tokenizer.json");
    Files.copy(GoldenFiles.path("m3/tokenizer.json"), tokenizer);
    Path model = folder.resolve("model.onnx");
    Files.write(model, TinyOnnx.ofVocabulary(2).typed().logits(1).bytes());
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> BgeReranker.builder()
            .model(ModelSource.onnx(model, tokenizer).asIs())
            .build())
        .withMessageStartingWith(
            "model must run: " + model + ": a run of the model failed; do model");
  }
}
