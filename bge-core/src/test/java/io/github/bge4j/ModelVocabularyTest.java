package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
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
        ModelVocabulary.read(ModelSource.directory(GoldenRow.folder("m3")));
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
        {"added_tokens": [{"id": 9, "content": "b", "special": false}],
         "model": {"unk_id": 0, "vocab": [["<unk>", 0.0], ["a", -1], ["b", -2.5], ["a", -3]]}}""");
    assertThat(vocabulary.ids()).isEqualTo(Map.of("<unk>", 0, "a", 3, "b", 9));
  }

  @Test
  void read_modelBeforeAddedTokens_givesTheSame() {
    ModelVocabulary vocabulary = read("""
        {"model": {"vocab": {"[UNK]": 0, "b": 1}, "unk_token": "[UNK]", "unk_id": null},
         "added_tokens": [{"content": "b", "id": 9}], "decoder": {"x": [1, {}]}}""");
    assertThat(vocabulary.ids()).isEqualTo(Map.of("[UNK]", 0, "b", 9));
    assertThat(vocabulary.unknownToken()).isEqualTo("[UNK]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "{} ~ it has no model.vocab",
        "{'model': {'vocab': {'a': 0}}} ~ it names no unknown token (model.unk_id or unk_token) of its own",
        "{'model': {'vocab': [['a', 0]], 'unk_id': 1}} ~ it names no unknown token (model.unk_id or unk_token) of its own",
        "{'model': {'vocab': {'a': 0}, 'unk_token': 'b'}} ~ it names no unknown token (model.unk_id or unk_token) of its own",
        "{'added_tokens': [{'id': 1}]} ~ an added token lacks its id or content",
      })
  void read_incompleteVocabulary_throws(String json, String reason) {
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> read(json.replace('\'', '"')))
        .withMessageMatching(
            "tokenizer must be a tokenizer.json with a vocabulary: <\\d+ bytes>: \\Q" + reason
                + "\\E");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "' '",
        "[]",
        "{\"model\": {\"vocab\": {\"a\": 0.5}}}",
        "{\"model\": {\"vocab\": [[1]]}}",
        "{\"model\"",
      })
  void read_damagedFile_throws(String json) {
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> read(json))
        .withMessageStartingWith("tokenizer must be a tokenizer.json with a vocabulary: <");
  }
}
