package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.bge4j.internal.runtime.TinyOnnx;
import io.github.bge4j.testing.GoldenFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BgeEmbedderBuilderTest {

  @TempDir
  private Path folder;

  private Path model;
  private Path tokenizer;

  @BeforeEach
  void writeFiles() throws IOException {
    model = Files.write(
        folder.resolve("model.onnx"),
        TinyOnnx.dynamic().tokenStates("last_hidden_state").bytes());
    tokenizer = Files.write(folder.resolve("tokenizer.json"), BgeSmall.tokenizerJson());
  }

  @Test
  void build_pathsAndBytes_giveTheSameModel() throws IOException {
    float[] expected = {101, 202};
    ModelSource bytes = ModelSource.onnx(Files.readAllBytes(model), Files.readAllBytes(tokenizer))
        .asIs();
    for (ModelSource source :
        new ModelSource[] {ModelSource.onnx(model, tokenizer).asIs(), bytes}) {
      try (BgeEmbedder embedder =
          BgeEmbedder.builder().model(source).normalize(false).build()) {
        assertThat(embedder.dense("any text")).isEqualTo(expected);
      }
    }
  }

  @Test
  void build_noModel_throws() {
    assertThatExceptionOfType(InvalidOptionException.class)
        .isThrownBy(() -> BgeEmbedder.builder().build())
        .withMessage("a model must be set; call model(ModelSource)");
  }

  @Test
  void build_missingFiles_throwsWithTheirNames() {
    Path missing = folder.resolve("missing");
    assertModelRefused(
        ModelSource.onnx(missing, tokenizer).asIs(),
        "model file must exist: " + missing + "; check the path");
    assertModelRefused(
        ModelSource.onnx(model, missing).asIs(),
        "model file must exist: " + missing + "; check the path");
    assertModelRefused(
        ModelSource.onnx(folder, tokenizer).asIs(),
        "model file must exist: " + folder + "; check the path");
    assertModelRefused(
        ModelSource.onnx(model, folder).asIs(), "model file must be readable: " + folder + ": ");
    ClassLoader loader = getClass().getClassLoader();
    assertModelRefused(
        ModelSource.onnxResource(loader, "no.onnx", BgeSmall.TOKENIZER).asIs(),
        "model file must exist: class path resource no.onnx; check the path");
    assertModelRefused(
        ModelSource.onnxResource(loader, BgeSmall.MODEL, "no.json").asIs(),
        "model file must exist: class path resource no.json; check the path");
  }

  /** To trust a file, or to describe it, brings none back. */
  @Test
  void build_missingOnnxFile_advisesToCheckThePathAlone() {
    Path missing = folder.resolve("missing");
    ClassLoader loader = getClass().getClassLoader();
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() ->
            BgeEmbedder.builder().model(ModelSource.onnx(missing, tokenizer)).build())
        .withMessage("model file must exist: " + missing + "; check the path");
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> BgeEmbedder.builder()
            .model(ModelSource.onnxResource(loader, "no.onnx", BgeSmall.TOKENIZER))
            .build())
        .withMessage("model file must exist: class path resource no.onnx; check the path");
  }

  @Test
  void build_corruptFiles_throwsWithTheirNames() throws IOException {
    byte[] whole = Files.readAllBytes(model);
    Path half = Files.write(folder.resolve("half.onnx"), Arrays.copyOf(whole, whole.length / 2));
    assertModelRefused(
        ModelSource.onnx(half, tokenizer).asIs(),
        "an ONNX file must be a complete protobuf message");
    assertModelRefused(
        ModelSource.onnx(model, model).asIs(),
        "tokenizer must be a complete tokenizer.json of Hugging Face tokenizers: " + model + ": ");
    assertModelRefused(
        ModelSource.onnx(new byte[0], BgeSmall.tokenizerJson()).asIs(),
        "model file must not be empty: <0 bytes>; get it again");
  }

  @Test
  void build_modelWithoutUsableOutput_throws() {
    assertModelRefused(
        ModelSource.onnx(TinyOnnx.dynamic().tokenStates("logits").bytes(), BgeSmall.tokenizerJson())
            .asIs(),
        "model must have a float output");
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, 0, 1, 513, Integer.MAX_VALUE})
  void build_maxTokensOutOfBounds_throws(int tokens) {
    assertThatExceptionOfType(InvalidOptionException.class)
        .isThrownBy(() -> BgeEmbedder.builder()
            .model(ModelSource.onnx(model, tokenizer).asIs())
            .maxTokens(tokens)
            .build())
        .withMessage("max tokens must be from 2 to the model's limit 512: " + tokens
            + "; choose one of these");
  }

  @Test
  void build_modelWithMoreTokens_takesMore() {
    ModelSource longer = ModelSource.onnx(model, tokenizer).asIs().withModelMaxTokens(8192);
    try (BgeEmbedder embedder = BgeEmbedder.builder().model(longer).build()) {
      assertThat(embedder.maxTokens()).isEqualTo(8192);
      Embedding embedding = embedder.embed(java.util.List.of("a ".repeat(9000))).get(0);
      assertThat(embedding.tokenCount()).isEqualTo(8192);
    }
  }

  @Test
  void build_onnxThatIsNoKnownEncoder_throwsWithTheOtherWays() {
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() ->
            BgeEmbedder.builder().model(ModelSource.onnx(model, tokenizer)).build())
        .withMessageStartingWith(
            "an ONNX graph must be a BERT or XLM-RoBERTa encoder in a form that is known: the last"
                + " layer must end in a LayerNorm, not ")
        .withMessageContaining(", in " + model + "; ")
        .withMessageContaining("asIs()")
        .withMessageContaining("withConfig(");
  }

  /** To trust or to describe a file that is none helps nobody. */
  @Test
  void build_fileThatIsNoOnnx_isAskedForAndNotTrusted() {
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> BgeEmbedder.builder()
            .model(ModelSource.onnx(/* model= */ tokenizer, /* tokenizer= */ model))
            .build())
        .withMessage("an ONNX file must be a complete protobuf message of an encoder: it has wire"
            + " type 3, in " + tokenizer
            + "; get it again if it is the model, or name the file that is");
    byte[] noGraph = {8, 7};
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> BgeEmbedder.builder()
            .model(ModelSource.onnx(noGraph, BgeSmall.tokenizerJson()))
            .build())
        .withMessage("an ONNX file must hold a graph: there is no node in <2 bytes>; get it again"
            + " if it is the model, or name the file that is");
  }

  @Test
  void withModelMaxTokens_belowTwo_throws() {
    assertThatExceptionOfType(InvalidOptionException.class)
        .isThrownBy(() -> ModelSource.onnx(model, tokenizer).withModelMaxTokens(1))
        .withMessage("model max tokens must be at least 2, room for the special tokens: 1; give the"
            + " number of positions that the model has");
  }

  /** Only in a cache of the hub do snapshots have a commit for a name. */
  @Test
  void queryInstruction_ofAFolderAmongSnapshots_isThatOfItsName() throws Exception {
    Path named = Files.createDirectories(folder.resolve("snapshots/bge-small-en-v1.5"));
    GoldenFiles.writeModel("bert", named);

    try (BgeEmbedder embedder =
        BgeEmbedder.builder().model(ModelSource.directory(named)).build()) {
      assertThat(embedder.queryInstruction()).isEqualTo(QueryInstructions.ENGLISH);
    }
  }

  @Test
  @SuppressWarnings("NullAway") // a caller without null checks
  void queryInstruction_null_throws() {
    assertThatExceptionOfType(InvalidOptionException.class)
        .isThrownBy(() -> BgeEmbedder.builder().queryInstruction(null))
        .withMessage(
            "query instruction must not be null; give one, or leave an option unset for its default");
  }

  @Test
  void workers_none_throws() {
    assertThatExceptionOfType(InvalidOptionException.class)
        .isThrownBy(() -> BgeEmbedder.builder().workers(0))
        .withMessage("workers must be at least 1: 0; leave it unset for the default");
    assertThatExceptionOfType(InvalidOptionException.class)
        .isThrownBy(() -> BgeEmbedder.builder().threadsPerWorker(-1))
        .withMessage("threads per worker must be at least 1: -1; leave it unset for the default");
  }

  private static void assertModelRefused(ModelSource source, String message) {
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> BgeEmbedder.builder().model(source).build())
        .withMessageStartingWith(message);
  }
}
