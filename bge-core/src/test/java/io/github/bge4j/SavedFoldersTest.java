package io.github.bge4j;

import static io.github.bge4j.GoldenAssert.assertVector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.gson.annotations.SerializedName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders that Sentence Transformers 2.7 to 6.2 saved, and its own vectors for them. */
class SavedFoldersTest {

  /** What is refused, and what is read as FlagEmbedding does; each has a test of its own. */
  private static final Set<String> OTHERS = Set.of(
      "st6-dense-residual", "st6-include-prompt-false", "st6-truncate-dim", "st6-no-modules-json");

  @TempDir
  private Path temporary;

  static Stream<String> readable() {
    return SavedFolder.names("st").filter(name -> !OTHERS.contains(name));
  }

  @ParameterizedTest
  @MethodSource("readable")
  void directory_ofSentenceTransformers_givesItsVectors(String name) throws IOException {
    SavedFolder saved = new SavedFolder(name);
    Path folder = saved.copyTo(temporary);
    List<SavedFolder.Row> rows = saved.expected();
    assertThat(rows).isNotEmpty();
    try (BgeEmbedder embedder = open(folder);
        BgeEmbedder plain = BgeEmbedder.builder()
            .model(ModelSource.directory(folder))
            .queryInstruction("")
            .passageInstruction("")
            .build()) {
      for (SavedFolder.Row row : rows) {
        if (name.equals("st53-lowercase") && row.text().matches(".*(Σ|\\[SEP\\]).*")) {
          // Before 5.4 Python made the small letters: of special tokens too, and with final sigmas.
          continue;
        }
        Embedding actual = switch (row.role()) {
          case "query" -> embedder.embed(List.of(row.text()), InputType.QUERY).get(0);
          case "document" -> embedder.embed(List.of(row.text())).get(0);
          default -> {
            String prompt = row.prompt() == null ? "" : row.prompt();
            yield plain.embed(List.of(prompt + row.text())).get(0);
          }
        };
        assertThat(actual.tokenIds()).as(row.text()).isEqualTo(row.ids());
        assertVector(actual.dense(), row.vector());
      }
    }
  }

  @Test
  void hubAndDirectory_ofOneFolder_giveOneVector() throws IOException {
    Path folder = new SavedFolder("st6-dense-tanh").copyTo(temporary);
    try (BgeEmbedder directory = open(folder);
        BgeEmbedder hub =
            BgeEmbedder.builder().model(ModelSource.hub(folder.toString())).build()) {
      assertThat(hub.dense("a text")).isEqualTo(directory.dense("a text"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "st6-dense-residual, use_residual must be false: true",
    "st6-truncate-dim, truncate_dim is 10",
  })
  void directory_whatIsNotSupported_isRefusedByName(String name, String message)
      throws IOException {
    Path folder = new SavedFolder(name).copyTo(temporary);
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> open(folder))
        .withMessageContaining(message)
        .withMessageContaining(folder.toString());
  }

  @Test
  void directory_promptThatIsNotPooled_isRefusedWhereThereIsAPrompt() throws IOException {
    Path folder = new SavedFolder("st6-include-prompt-false").copyTo(temporary);
    try (BgeEmbedder embedder = BgeEmbedder.builder()
        .model(ModelSource.directory(folder))
        .queryInstruction("")
        .passageInstruction("")
        .build()) {
      assertThat(embedder.dimension()).isPositive();
    }
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> BgeEmbedder.builder()
            .model(ModelSource.directory(folder))
            .queryInstruction("find: ")
            .build())
        .withMessageStartingWith("include_prompt must be true where there is an instruction");
  }

  /** Sentence Transformers takes the mean of such a folder; FlagEmbedding pools by CLS. */
  @Test
  void directory_withoutModules_isPooledAsItsPoolingSays() throws IOException {
    Path folder = new SavedFolder("st6-no-modules-json").copyTo(temporary);
    Path whole = new SavedFolder("st6-cls-normalize").copyTo(temporary);
    Files.delete(folder.resolve("sentence_bert_config.json"));
    try (BgeEmbedder plain = open(folder);
        BgeEmbedder cls = open(whole)) {
      assertThat(plain.dense("a text")).isEqualTo(cls.dense("a text"));
    }
  }

  private static BgeEmbedder open(Path folder) {
    return BgeEmbedder.builder().model(ModelSource.directory(folder)).build();
  }

  /** Vectors of transformers, not of Sentence Transformers. */
  record StatesRow(String text, int[] ids, float[] cls, float[] mean) {}

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bert-vocab-txt",
        "bert-vocab-txt-accents",
        "bert-vocab-txt-bare",
        "bert-vocab-txt-cased"
      })
  void directory_vocabularyAlone_isTokenizedAsByTransformers(String name) throws IOException {
    SavedFolder saved = new SavedFolder(name);
    Path folder = saved.copyTo(temporary);
    assertThat(folder.resolve("tokenizer.json")).doesNotExist();
    BgeEmbedderBuilder builder =
        BgeEmbedder.builder().model(ModelSource.directory(folder)).normalize(false);
    try (BgeEmbedder cls = builder.build();
        BgeEmbedder mean = builder.pooling(Pooling.MEAN).build()) {
      for (StatesRow row : saved.expected("expected.jsonl", StatesRow.class)) {
        Embedding actual = cls.embed(List.of(row.text())).get(0);
        assertThat(actual.tokenIds()).as(row.text()).isEqualTo(row.ids());
        assertVector(actual.dense(), row.cls());
        assertVector(mean.dense(row.text()), row.mean());
      }
    }
  }

  @Test
  void directory_vocabularyWithAddedTokens_isRefused() throws IOException {
    Path folder = new SavedFolder("bert-vocab-txt").copyTo(temporary);
    Files.writeString(folder.resolve("added_tokens.json"), "{\"[CLS]\": 4, \"<new>\": 175}");
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> open(folder))
        .withMessageStartingWith(
            "every token that is named must be an added one of the tokenizer: <new> is not, in ");
  }

  /** transformers would add such tokens, or put others around a text. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tokenizer_config.json | {\"extra_special_tokens\": [\"<new>\"]} | <new> is not",
        "tokenizer_config.json | {\"added_tokens_decoder\": {\"7\": {\"content\": \"<new>\"}}} | <new> is not",
        "tokenizer_config.json | {\"sep_token\": \"[MASK]\"} | sep_token must stand around a text: [MASK]",
        "tokenizer_config.json | {\"unk_token\": \"[PAD]\"} | unk_token must be the tokenizer's: [PAD]",
        "special_tokens_map.json | {\"additional_special_tokens\": [\"<new>\"]} | <new> is not",
        "added_tokens.json | {\"<new>\": 12} | <new> is not",
      })
  void directory_tokensThatTheTokenizerLacks_areRefused(String file, String json, String message)
      throws IOException {
    Path folder = new SavedFolder("st6-cls-normalize").copyTo(temporary);
    Files.writeString(folder.resolve(file), json);
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> open(folder))
        .withMessageContaining(message)
        .withMessageContaining(folder.resolve(file).toString());
  }

  @Test
  void reranker_ofPooledFolder_isRefused() throws IOException {
    Path folder = new SavedFolder("cross6").copyTo(temporary);
    Path pooled = new SavedFolder("st6-cls-normalize").copyTo(temporary);
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(folder.resolve(file), pooled.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(
            () -> BgeReranker.builder().model(ModelSource.directory(pooled)).build())
        .withMessageStartingWith("a reranker must have no Pooling among its modules");
  }

  @Test
  void reranker_limitOfTheFolder_isTheDefault() throws IOException {
    Path folder = new SavedFolder("cross6").copyTo(temporary);
    try (BgeReranker reranker =
        BgeReranker.builder().model(ModelSource.directory(folder)).build()) {
      assertThat(reranker.maxTokens()).isEqualTo(32);
    }
  }

  /** transformers takes what tokenizer_config.json says, or does not say, of BERT's class. */
  @Test
  void directory_bertSettings_winOverTheTokenizer() throws IOException {
    Path folder = new SavedFolder("st6-cls-normalize").copyTo(temporary);
    Path config = folder.resolve("tokenizer_config.json");
    String json = Files.readString(config);
    int[] small = ids(folder);
    Files.writeString(config, json.replace("\"do_lower_case\": true", "\"do_lower_case\": false"));
    assertThat(ids(folder)).isNotEqualTo(small);
    Files.writeString(
        config,
        json.replace("\"do_lower_case\": true", "\"do_lower_case\": false")
            .replace("\"BertTokenizer\"", "\"PreTrainedTokenizerFast\""));
    assertThat(ids(folder)).isEqualTo(small);
    Files.writeString(config, json.replace("\"do_lower_case\": true,", ""));
    Path tokenizer = folder.resolve("tokenizer.json");
    String cased =
        Files.readString(tokenizer).replaceAll("\"lowercase\":\\s*true", "\"lowercase\":false");
    Files.writeString(tokenizer, cased);
    assertThat(ids(folder)).isEqualTo(small);
  }

  private static int[] ids(Path folder) {
    try (BgeEmbedder embedder = open(folder)) {
      return embedder.embed(List.of("What IS Dense Retrieval?")).get(0).tokenIds();
    }
  }

  @Test
  void directory_tokenizerLargerThanTheTable_isRefusedAtOpen() throws IOException {
    Path folder = new SavedFolder("st6-cased").copyTo(temporary);
    Path other = new SavedFolder("st6-cls-normalize").copyTo(temporary);
    Files.copy(
        folder.resolve("tokenizer.json"),
        other.resolve("tokenizer.json"),
        StandardCopyOption.REPLACE_EXISTING);
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> open(other))
        .withMessageStartingWith(
            "a tokenizer must have at most as many tokens as the model has rows for, 175: it has ids"
                + " up to 239");
  }

  @Test
  void embed_weightsThatOverflow_failsInsteadOfGivingNaN() throws IOException {
    Path folder = new SavedFolder("st6-mean").copyTo(temporary);
    Path file = folder.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer weights = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = (int) weights.getLong(0) + 8; at + 4 <= bytes.length; at += 4) {
      weights.putFloat(at, 3e38f);
    }
    Files.write(file, bytes);
    try (BgeEmbedder embedder = open(folder)) {
      assertThatExceptionOfType(InferenceException.class)
          .isThrownBy(() -> embedder.dense("a text"))
          .withMessageContaining("a model must give finite numbers")
          .withMessageContaining(folder.toString());
    }
  }

  @Test
  void directory_sentencePieceAlone_saysHowToSaveATokenizer() throws IOException {
    Path folder = new SavedFolder("xlmr-sentencepiece-only").copyTo(temporary);
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> open(folder))
        .withMessageContaining("a model folder must hold tokenizer.json, or vocab.txt for BERT")
        .withMessageContaining("save_pretrained");
  }

  /** A pair, its raw logit, and the score after the activation that the folder names. */
  record PairRow(String query, String passage, int[] ids, double logit, double score) {}

  @ParameterizedTest
  @ValueSource(strings = {"cross53", "cross53-identity", "cross6", "cross6-identity"})
  void reranker_ofSentenceTransformers_givesItsLogits(String name) throws IOException {
    SavedFolder saved = new SavedFolder(name);
    Path folder = saved.copyTo(temporary);
    try (BgeReranker reranker = BgeReranker.builder()
        .model(ModelSource.directory(folder))
        .maxTokens(32)
        .maxQueryTokens(29)
        .build()) {
      for (PairRow row : saved.expected("expected.jsonl", PairRow.class)) {
        assertThat(reranker.score(row.query(), row.passage()))
            .isCloseTo(row.logit(), within(GoldenAssert.SCORE));
      }
    }
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> open(folder))
        .withMessageContaining("use BgeReranker");
  }

  @ParameterizedTest
  @ValueSource(strings = {"onnx-bert", "onnx-bert-tf4"})
  void directory_onnxExportAlone_givesWhatPyTorchGives(String name) throws IOException {
    SavedFolder saved = new SavedFolder(name);
    Path folder = saved.copyTo(temporary);
    try (BgeEmbedder ours = open(folder);
        BgeEmbedder asIs = BgeEmbedder.builder()
            .model(ModelSource.directory(folder).asIs("onnx/model.onnx"))
            .build()) {
      for (SavedFolder.Row row : saved.expected()) {
        Embedding embedding = ours.embed(List.of(row.text())).get(0);
        assertThat(embedding.tokenIds()).isEqualTo(row.ids());
        assertVector(embedding.dense(), row.vector());
        assertVector(asIs.dense(row.text()), row.vector());
      }
    }
  }

  /** The numbers of int8 depend on the CPU; that they depend on nothing else is the point. */
  @Test
  void asIs_quantizedWhileItRuns_runsTextsOneByOne() throws IOException {
    SavedFolder saved = new SavedFolder("onnx-bert");
    Path folder = saved.copyTo(temporary);
    List<String> texts = saved.expected().stream().map(SavedFolder.Row::text).toList();
    List<String> many = Stream.of(texts, texts, texts).flatMap(List::stream).toList();
    ModelSource source = ModelSource.directory(folder).asIs("onnx/model_quantized.onnx");
    try (BgeEmbedder embedder = BgeEmbedder.builder().model(source).build()) {
      List<float[]> together = embedder.dense(many);
      for (int i = 0; i < many.size(); i++) {
        float[] alone = embedder.dense(many.get(i));
        assertThat(together.get(i)).isEqualTo(alone);
        assertThat(cosine(alone, saved.expected().get(i % texts.size()).vector()))
            .isGreaterThan(0.98);
      }
    }
  }

  @Test
  void asIs_halfPrecision_isNearPyTorch() throws IOException {
    SavedFolder saved = new SavedFolder("onnx-bert");
    Path folder = saved.copyTo(temporary);
    ModelSource source = ModelSource.directory(folder).asIs("onnx/model_fp16.onnx");
    try (BgeEmbedder embedder = BgeEmbedder.builder().model(source).build()) {
      for (SavedFolder.Row row : saved.expected()) {
        assertThat(cosine(embedder.dense(row.text()), row.vector())).isGreaterThan(0.9999);
      }
    }
  }

  @Test
  void directory_quantizedFileAlone_isOfferedByName() throws IOException {
    Path folder = new SavedFolder("onnx-bert").copyTo(temporary);
    Files.delete(folder.resolve("onnx/model.onnx"));
    Files.delete(folder.resolve("onnx/model_fp16.onnx"));
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> open(folder))
        .withMessageContaining("only [onnx/model_quantized.onnx]")
        .withMessageEndingWith("asIs(\"onnx/model_quantized.onnx\")");
    Files.move(folder.resolve("onnx/model_quantized.onnx"), folder.resolve("onnx/model.onnx"));
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> open(folder))
        .withMessageContaining("word_embeddings.weight_scale, in ")
        .withMessageEndingWith("asIs(\"onnx/model.onnx\")");
  }

  /** An answer of BGE-M3's three outputs. */
  record M3Row(
      String text,
      int[] ids,
      float[] dense,
      Map<Integer, Float> lexical,
      @SerializedName("colbert_rows") int rows,
      @SerializedName("colbert_first") float[] first,
      @SerializedName("colbert_last") float[] last) {}

  static Stream<Arguments> m3() {
    return Stream.of(
        arguments("onnx-m3", ""), // heads in files, weights of the export
        arguments("onnx-m3", "onnx/model.onnx"),
        arguments("onnx-m3-three", ""),
        arguments("onnx-m3-three", "model.onnx"));
  }

  @ParameterizedTest
  @MethodSource("m3")
  void onnxOfM3_inEveryWay_givesAllThreeOutputs(String name, String ready) throws IOException {
    SavedFolder saved = new SavedFolder(name);
    DirectorySource folder = ModelSource.directory(saved.copyTo(temporary));
    try (BgeEmbedder embedder = BgeEmbedder.builder()
        .model(ready.isEmpty() ? folder : folder.asIs(ready))
        .build()) {
      assertThat(embedder.outputs()).containsExactlyInAnyOrder(Output.values());
      for (M3Row row : saved.expected("expected.jsonl", M3Row.class)) {
        Embedding actual = embedder.embed(List.of(row.text()), Output.values()).get(0);
        assertThat(actual.tokenIds()).as(row.text()).isEqualTo(row.ids());
        assertVector(actual.dense(), row.dense());
        GoldenAssert.assertLexicalWeights(actual.lexicalWeights(), row.lexical());
        float[][] vectors = actual.multiVector().toArray();
        assertThat(vectors).hasDimensions(row.rows(), row.first().length);
        assertVector(vectors[0], row.first());
        assertVector(vectors[row.rows() - 1], row.last());
      }
    }
  }

  private static double cosine(float[] a, float[] b) {
    double dot = 0;
    double squares = 0;
    double others = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      squares += (double) a[i] * a[i];
      others += (double) b[i] * b[i];
    }
    return dot / Math.sqrt(squares * others);
  }
}
