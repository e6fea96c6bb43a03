package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.bge4j.internal.text.TokenizerFile;
import io.github.bge4j.testing.GoldenFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelVocabularyTest {

  private static ModelVocabulary read(String tokenizerJson) {
    return ModelVocabulary.read(
        ModelSource.onnx(new byte[0], tokenizerJson.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void read_unigramModel_hasItsPiecesAndAddedTokens() {
    ModelVocabulary vocabulary =
        ModelVocabulary.read(ModelSource.directory(GoldenFiles.path("m3")));
    assertThat(vocabulary).hasToString("ModelVocabulary[5002 tokens]");
    assertThat(vocabulary.unknownToken()).isEqualTo("<unk>");
    assertThat(vocabulary.ids())
        .containsEntry("<s>", 0)
        .containsEntry("<unk>", 3)
        .containsEntry("▁the", 6)
        .containsEntry("5", 304)
        .containsEntry("<mask>", 5001);
  }

  @Test
  void read_wordPieceModel_hasItsWords() {
    ModelVocabulary vocabulary = ModelVocabulary.read(BgeSmall.ready());
    assertThat(vocabulary.ids())
        .hasSize(30_522)
        .containsEntry("hello", 7592)
        .containsEntry("[CLS]", 101);
    assertThat(vocabulary.unknownToken()).isEqualTo("[UNK]");
  }

  @Test
  void ids_changed_throws() {
    Map<String, Integer> ids = ModelVocabulary.read(BgeSmall.ready()).ids();
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> ids.put("hello", 1));
  }

  /** The library looks among the added tokens first, and takes the last of equal pieces. */
  @Test
  void read_tokenThatComesTwice_hasTheIdThatTheLibraryFinds() {
    ModelVocabulary vocabulary = read("""
        {"added_tokens": [%s], "post_processor": %s,
         "model": {"unk_id": 0, "vocab": [["<unk>", 0.0], ["a", -1], ["b", -2.5], ["a", -3]]}}""".formatted(added("c", 4), around("c", 4)));
    assertThat(vocabulary.ids()).isEqualTo(Map.of("<unk>", 0, "a", 3, "b", 2, "c", 4));
  }

  @Test
  void read_modelBeforeAddedTokens_givesTheSame() {
    ModelVocabulary vocabulary = read("""
        {"model": {"vocab": {"a": 0, "b": 1}, "unk_token": "a", "continuing_subword_prefix": "##",
                   "max_input_chars_per_word": 100},
         "added_tokens": [%s], "post_processor": %s}""".formatted(added("c", 2), around("c", 2)));
    assertThat(vocabulary.ids()).isEqualTo(Map.of("a", 0, "b", 1, "c", 2));
    assertThat(vocabulary.unknownToken()).isEqualTo("a");
  }

  private static String around(String token, int id) {
    return "{'type': 'RobertaProcessing', 'cls': ['%s', %d], 'sep': ['%s', %d]}"
        .replace('\'', '"')
        .formatted(token, id, token, id);
  }

  private static String added(String content, int id) {
    return """
        {"id": %d, "content": "%s", "single_word": false, "lstrip": false, "rstrip": false,
         "normalized": false, "special": true}""".formatted(id, content);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "{} ~ it has no model.vocab",
        "{'model': {'vocab': [['a', 0]]}} ~ it names no unknown token",
        "{'model': {'vocab': [['a', 0]], 'unk_id': 1}} ~ model.unk_id must be a whole number from 0 to 0: 1",
        "{'model': {'vocab': {'a': 0}}} ~ model lacks its field unk_token",
        "{'model': {'vocab': {'a': 0.5}}} ~ an id in model.vocab must be a whole number",
        "{'model': {'vocab': [[1]]}} ~ a string is wanted where NUMBER stands",
        "[] ~ Expected",
        "{'model' ~ ",
      })
  void read_incompleteVocabulary_throws(String json, @Nullable String reason) {
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> read(json.replace('\'', '"')))
        .withMessageStartingWith(
            "tokenizer must be a complete tokenizer.json of Hugging Face tokenizers: <")
        .withMessageContaining(reason == null ? "" : reason);
  }

  /** A file with a hole of 400 MB, none of which is read. */
  @Test
  void read_fileTooLarge_throwsAtOnce(@TempDir Path folder) throws IOException {
    Path tokenizer = folder.resolve("tokenizer.json");
    try (RandomAccessFile file = new RandomAccessFile(tokenizer.toFile(), "rw")) {
      file.setLength(400L << 20);
    }
    ModelFile file = ModelFile.of(tokenizer);
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> file.read(TokenizerFile.MAX_BYTES))
        .withMessage("model file must have at most 67108864 bytes: 419430400, in " + tokenizer
            + "; it is damaged or no file of a BGE model");
  }
}
