package io.github.bge4j.internal.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.gson.Gson;
import io.github.bge4j.ModelException;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokenizers as transformers 4 and 5 save them give the ids that Python's tokenizers give. */
class TokenizerFamiliesTest {

  private static final String[] TEXTS =
      new Gson().fromJson(text(TokenizerBases.resource("texts.json")), String[].class);

  /**
   * What Python gives.
   *
   * @param ids of each text with special tokens
   * @param pairs of the first five texts, each with the next: ids and types
   */
  record Expected(String name, int[][] ids, int[][][] pairs) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static String text(byte[] content) {
    return new String(content, StandardCharsets.UTF_8);
  }

  static Stream<Expected> expected() throws IOException {
    List<Expected> rows = new ArrayList<>();
    for (String file : List.of("expected-4.jsonl.gz", "expected-5.jsonl.gz")) {
      try (BufferedReader lines = new BufferedReader(new InputStreamReader(
          new GZIPInputStream(new ByteArrayInputStream(TokenizerBases.resource(file))),
          StandardCharsets.UTF_8))) {
        lines.lines().map(line -> new Gson().fromJson(line, Expected.class)).forEach(rows::add);
      }
    }
    assertThat(rows)
        .extracting(Expected::name)
        .containsExactlyInAnyOrderElementsOf(TokenizerBases.NAMES);
    return rows.stream();
  }

  @ParameterizedTest
  @MethodSource("expected")
  void encode_savedTokenizer_givesTheIdsOfPython(Expected expected) {
    TokenizerFile file = TokenizerFile.read(TokenizerBases.read(expected.name), expected.name);
    assertIds(file, expected);
  }

  private static void assertIds(TokenizerFile file, Expected expected) {
    try (Tokenizer tokenizer = HuggingFaceTokenizer.open(file)) {
      TextEncoder encoder = new TextEncoder(tokenizer, 100_000);
      PairEncoder pairs = new PairEncoder(tokenizer, 100_000, 50_000);
      assertThat(expected.ids.length).isEqualTo(TEXTS.length);
      for (int i = 0; i < TEXTS.length; i++) {
        assertThat(encoder.encode(TEXTS[i]).ids()).as(TEXTS[i]).isEqualTo(expected.ids[i]);
      }
      for (int i = 0; i < expected.pairs.length; i++) {
        TokenizedText pair = pairs.encode(pairs.encodeQuery(TEXTS[i]), TEXTS[i + 1]);
        assertThat(pair.ids()).isEqualTo(expected.pairs[i][0]);
        int[] types = expected.pairs[i][1];
        for (int token = 0; token < types.length; token++) {
          assertThat(types[token]).isEqualTo(token < pair.firstSegment() ? 0 : 1);
        }
      }
    }
  }

  /** Both generations of transformers made the expected files of this vocab.txt. */
  @ParameterizedTest
  @CsvSource({"plain,true,,true", "cased,false,,true", "accents,true,false,false"})
  void ofVocabulary_settings_givesTheIdsOfTransformers(
      String name, boolean lowercase, Boolean stripAccents, boolean splitChinese)
      throws IOException {
    WordPieceSettings settings = new WordPieceSettings(
        lowercase, stripAccents, splitChinese, "[UNK]", "[SEP]", "[PAD]", "[CLS]", "[MASK]");
    TokenizerFile file =
        TokenizerFile.ofVocabulary(TokenizerBases.resource("vocab.txt"), settings, "vocab.txt");
    List<Expected> rows =
        expected().filter(row -> row.name.startsWith("bert-" + name + "-")).toList();
    assertThat(rows).hasSize(2);
    rows.forEach(row -> assertIds(file, row));
    assertThat(file.lowercase()).contains(lowercase);
  }

  /** What transformers does where tokenizer_config.json speaks against tokenizer.json. */
  @Test
  void withSettings_ofAnotherCase_givesTheIdsOfTheSettings() throws IOException {
    TokenizerFile cased = TokenizerFile.read(TokenizerBases.read("bert-cased-4"), "cased");
    assertThat(cased.lowercase()).contains(false);
    TokenizerFile lower = cased.withSettings(WordPieceSettings.DEFAULT);
    assertThat(lower.lowercase()).contains(true);
    assertIds(
        lower,
        expected().filter(row -> row.name.equals("bert-plain-4")).findFirst().orElseThrow());
  }

  @Test
  void withSettings_notBert_throws() {
    TokenizerFile file = TokenizerFile.read(TokenizerBases.read("xlmr-4"), "xlmr-4");
    assertThat(file.lowercase()).isEmpty();
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> file.withSettings(WordPieceSettings.DEFAULT))
        .withMessageStartingWith("a BertTokenizer must have a BertNormalizer alone: xlmr-4");
  }

  @Test
  void lowercased_whereNothingMakesSmallLetters_doesSoFirst() {
    TokenizerFile bert = TokenizerFile.read(TokenizerBases.read("bert-plain-4"), "bert-plain-4");
    assertThat(bert.lowercased()).isSameAs(bert);
    TokenizerFile xlmr =
        TokenizerFile.read(TokenizerBases.read("xlmr-4"), "xlmr-4").lowercased();
    assertThat(xlmr.json())
        .contains(
            "\"normalizer\":{\"type\":\"Sequence\",\"normalizers\":[{\"type\":\"Lowercase\"},");
  }

  @Test
  void size_ofBase_isTheLargestIdAndOne() {
    TokenizerFile file = TokenizerFile.read(TokenizerBases.read("xlmr-added-4"), "xlmr-added-4");
    assertThat(file.ids()).containsEntry("<mask>", 501).containsEntry("[D]", 505);
    assertThat(file.size()).isEqualTo(506);
    assertThat(file.unknownToken()).isEqualTo("<unk>");
  }

  /** Each ended or blocked the process in the native library. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "charsmap-trie-points-outside ~ its charsmap must not point outside its trie: to 1073741568 of 1",
        "fixed-length-0 ~ pre_tokenizer must be of a kind that tokenizers of BERT and XLM-RoBERTa use: \"FixedLength\"",
        "precompiled-without-charsmap ~ normalizer lacks its field precompiled_charsmap",
        "split-regex-bomb ~ pre_tokenizer must be of a kind that tokenizers of BERT and XLM-RoBERTa use: \"Split\"",
        "vocab-id-4294967295 ~ an id in model.vocab must be a whole number from 0 to 2097151: 4294967295",
      })
  void read_hostileFile_throws(String name, String reason) {
    byte[] json = TokenizerBases.resource("hostile/" + name + ".json");
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> TokenizerFile.read(json, name))
        .withMessage("tokenizer must be a complete tokenizer.json of Hugging Face tokenizers: "
            + name + ": " + reason
            + "; get the file again, or use a model whose tokenizer is BERT's or XLM-RoBERTa's");
  }

  /** One change to a good file each; what changes the meaning and is not known is refused. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "bert-plain-4 ~ \"lowercase\": true ~ \"lowercase\": true, \"upper\": 1 ~ normalizer has a field that is not known here: \"upper\"",
        "bert-plain-4 ~ \"version\": \"1.0\" ~ \"version\": \"2.0\" ~ its version must be 1.0",
        "bert-plain-4 ~ \"version\": \"1.0\" ~ \"version\": \"1.0\", \"more\": [] ~ tokenizer has a field that is not known here: \"more\"",
        "bert-plain-4 ~ \"version\": \"1.0\" ~ \"version\": \"1.0\", \"version\": \"1.0\" ~ it has the key \"version\" twice",
        "bert-plain-4 ~ \"id\": 4, ~ \"id\": 40, ~ added_tokens[4] must have the id that its place gives it, 4: 40 for \"[MASK]\"",
        "bert-plain-4 ~ \"max_input_chars_per_word\": 100 ~ \"max_input_chars_per_word\": 100000 ~ must be a whole number from 1 to 256",
        "bert-plain-4 ~ \"unk_token\": \"[UNK]\" ~ \"unk_token\": \"[U]\" ~ it names no unknown token (model.unk_id or unk_token) of its own: \"[U]\"",
        "bert-plain-4 ~ \"type\": \"WordPiece\", ~ \"type\": \"BPE\", ~ decoder must be of a kind",
        "xlmr-4 ~ \"type\": \"Unigram\" ~ \"type\": \"BPE\" ~ model must be WordPiece or Unigram, those of BERT and XLM-RoBERTa: \"BPE\"",
        "xlmr-4 ~ \"Regex\": \" {2,}\" ~ \"Regex\": \"(a+)+\" ~ must be \" {2,}\", the regular expression of XLM-RoBERTa: \"(a+)+\"",
        "xlmr-4 ~ \"content\": \"▁\" ~ \"content\": \"▁▁▁\" ~ but not by more",
        "xlmr-4 ~ \"prepend_scheme\": \"always\" ~ \"prepend_scheme\": \"often\" ~ must have a prepend_scheme",
        "xlmr-4 ~ \"unk_id\": 3 ~ \"unk_id\": 3000 ~ model.unk_id must be a whole number from 0 to",
        "xlmr-4 ~ \"id\": \"A\" ~ \"id\": \"C\" ~ must name a text or one of its special tokens: \"C\"",
        "xlmr-4 ~ 0.0 ~ 1e300 ~ a score in model.vocab must be a likelihood: 1e300",
        "xlmr-4 ~ \"<s>\" ~ \"\\ud800\" ~ a string has half of a surrogate pair",
      })
  void read_oneChange_throws(String base, String before, String after, String reason) {
    String json = text(TokenizerBases.read(base));
    assertThat(json).contains(before);
    String changed = json.replaceFirst(
        java.util.regex.Pattern.quote(before), java.util.regex.Matcher.quoteReplacement(after));
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> TokenizerFile.read(changed.getBytes(StandardCharsets.UTF_8), base))
        .withMessageStartingWith(
            "tokenizer must be a complete tokenizer.json of Hugging Face tokenizers: " + base)
        .withMessageContaining(reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\n[SEP]\n[UNK]\n", "[CLS]\n[SEP]\n", "[CLS]\n[UNK]", ""})
  void ofVocabulary_specialTokenMissing_throws(String vocabulary) {
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> TokenizerFile.ofVocabulary(
            vocabulary.getBytes(StandardCharsets.UTF_8), WordPieceSettings.DEFAULT, "vocab.txt"))
        .withMessageStartingWith("vocabulary must be a vocab.txt of BERT: vocab.txt: it ");
  }

  @Test
  void ofVocabulary_equalLinesAndEndsOfLines_areReadAsPythonDoes() {
    TokenizerFile file = TokenizerFile.ofVocabulary(
        "[UNK]\r\n[CLS]\n[SEP]\r[PAD]\n\na\na".getBytes(StandardCharsets.UTF_8),
        WordPieceSettings.DEFAULT,
        "vocab.txt");
    assertThat(file.ids())
        .containsEntry("[SEP]", 2)
        .containsEntry("[PAD]", 3)
        .containsEntry("", 4)
        .containsEntry("a", 6)
        // Not in the file: the library counts the tokens, of which there are six.
        .containsEntry("[MASK]", 6);
  }

  /** Four million bytes that no two pieces share would take 1.5 GB in the native library. */
  @Test
  void read_moreBytesInPiecesThanTheLibraryMayHold_throws() {
    Random random = new Random(1);
    StringBuilder pieces = new StringBuilder();
    for (int i = 0; i < 45_000; i++) {
      pieces.append(",[\"");
      random.ints(100, 'a', 'z' + 1).forEach(letter -> pieces.append((char) letter));
      pieces.append("\",-1]");
    }
    String json = text(TokenizerBases.read("xlmr-old"))
        .replaceFirst("\"vocab\": \\[", "\"vocab\": [[\"<s>\", 0]" + pieces + ",");
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> TokenizerFile.read(json.getBytes(StandardCharsets.UTF_8), "large"))
        .withMessageContaining("model.vocab must have at most 4194304 bytes in pieces");
  }

  /** Nothing would be left of it but a match between the bytes of a letter. */
  @ParameterizedTest
  @ValueSource(strings = {" ", "\\u0001", "\\u0301a", "\\u00ad", "\\ud83e\\udd23"})
  void read_normalizedTokenOfWhichNothingMayBeLeft_throws(String content) {
    String json = text(TokenizerBases.read("xlmr-added-4")).replace("Neuwort", content);
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> TokenizerFile.read(json.getBytes(StandardCharsets.UTF_8), "added"))
        .withMessageContaining(
            "must begin with a letter, digit or visible sign where it is normalized");
  }

  /**
   * The charsmap may then delete what another step has made of the token: a panic of the library.
   */
  @Test
  void read_normalizedTokenBeforeALateCharsmap_throws() {
    String json = text(TokenizerBases.read("xlmr-added-4"))
        .replaceFirst("\"normalizers\": *\\[", "\"normalizers\":[{\"type\":\"Lowercase\"},");
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> TokenizerFile.read(json.getBytes(StandardCharsets.UTF_8), "added"))
        .withMessageContaining("must not be normalized where a charsmap is not the first");
  }
}
