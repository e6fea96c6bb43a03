package io.github.bge4j.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.bge4j.BgeSmall;
import io.github.bge4j.testing.GoldenFiles;
import io.github.bge4j.testing.Seeds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whether a beginning of a text has the tokens that the text begins with. */
class WordBoundariesTest {

  /** Puts two spaces beside one, which the other makes one again. */
  private static final String BERT_NORMALIZER =
      "{\"type\":\"BertNormalizer\",\"clean_text\":true,\"handle_chinese_chars\":true,"
          + "\"strip_accents\":null,\"lowercase\":true}";

  private static final String SPACES =
      "{\"type\":\"Replace\",\"pattern\":{\"Regex\":\" {2,}\"},\"content\":\" \"}";

  private static final int SEEDS = 300;

  /** What tokenizers treat in ways of their own, on either side of a space or none. */
  static final List<String> PARTS = List.of(
      " ",
      " ",
      " ",
      " ",
      "  ",
      "\t",
      "\n",
      "\u00a0",
      "\u3000",
      "\u2009",
      "\u0085",
      "the",
      "Model",
      "don't",
      "1,000",
      "été",
      "e\u0301",
      "\u0301",
      "\u0345",
      "\u037a",
      "ß",
      "İ",
      "Σ",
      "ς",
      "привет",
      "Ελλάδα",
      "中文",
      "日本語",
      "カタカナ",
      "ｶﾞ",
      "\uff9e",
      "한국어",
      "\u1100\u1161",
      "ไทย",
      "\u0e33",
      "العربية",
      "\u0600",
      "\u0d4e",
      "हिन्दी",
      "\u200d",
      "\ufeff",
      "\u0000",
      "\ufffd",
      "ﬁ",
      "½",
      "\u00b4",
      "㍿",
      "\ufdfa",
      "👨‍👩‍👧",
      "🇩🇪",
      "<mask>",
      "[MASK]",
      "</s>",
      "<s>",
      "[CLS]",
      "▁",
      "##",
      "。",
      "、",
      "！",
      "a",
      "b",
      "Z",
      "0",
      ".",
      "-",
      "x".repeat(120));

  /** It looks for a token in Chinese, which BERT's normalizer would put spaces around. */
  private static final String WITHOUT_BOUNDARIES = "xlmr-added-4";

  static Stream<String> names() {
    return Stream.concat(
        TokenizerBases.NAMES.stream().filter(name -> !name.equals(WITHOUT_BOUNDARIES)),
        Stream.of("m3", "bge-small", "spaced"));
  }

  private static TokenizerFile file(String name) throws Exception {
    byte[] json = switch (name) {
      case "m3" -> GoldenFiles.m3Tokenizer();
      case "bge-small" -> BgeSmall.tokenizerJson();
      case "spaced" -> normalizedBy(BERT_NORMALIZER, SPACES);
      default -> TokenizerBases.read(name);
    };
    return TokenizerFile.read(json, name);
  }

  private static byte[] normalizedBy(String... normalizers) throws IOException {
    JsonObject json = JsonParser.parseString(
            new String(GoldenFiles.m3Tokenizer(), StandardCharsets.UTF_8))
        .getAsJsonObject();
    JsonObject own = json.getAsJsonObject("normalizer");
    json.add(
        "normalizer",
        JsonParser.parseString("{\"type\":\"Sequence\",\"normalizers\":["
            + String.join(",", normalizers).replace("OWN", own.toString()) + "]}"));
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  static String text(Random random, int parts) {
    return random.ints(parts, 0, PARTS.size()).mapToObj(PARTS::get).collect(Collectors.joining());
  }

  /** Asserts it of every boundary of a text. */
  static int assertBeginnings(Tokenizer tokenizer, WordBoundaries boundaries, String text) {
    int[] whole = tokenizer.encode(text);
    int found = 0;
    for (int end = boundaries.before(text, text.length());
        end > 0;
        end = boundaries.before(text, end - 1)) {
      int[] ids = tokenizer.encode(text.substring(0, end));
      assertThat(ids)
          .as("tokens of the first %s chars of '%s'", end, text)
          .isEqualTo(Arrays.copyOf(whole, Math.min(ids.length, whole.length)));
      found++;
    }
    return found;
  }

  @ParameterizedTest
  @MethodSource("names")
  void beginning_ofAnyText_hasItsFirstTokens(String name) throws Exception {
    TokenizerFile file = file(name);
    long found = 0;
    try (Tokenizer tokenizer = HuggingFaceTokenizer.open(file)) {
      for (long seed : Seeds.upTo(SEEDS).stream().toArray()) {
        found += assertBeginnings(tokenizer, file.boundaries(), text(new Random(seed), 60));
      }
    }
    assertThat(found).isGreaterThan(Seeds.upTo(SEEDS).count() / 4);
  }

  @Test
  void before_signsThatMayJoinTheSpace_isNoBoundary() throws Exception {
    WordBoundaries boundaries = file("m3").boundaries();
    assertThat(boundaries.before("some words", 10)).isEqualTo(4);
    assertThat(boundaries.before("some words", 4)).isEqualTo(4);
    assertThat(boundaries.before("some words", 3)).isZero();
    for (String text : List.of(
        "some  words",
        "some \u0301words",
        "some w\u0301ords",
        "some\u0301 words",
        "some ำwords",
        "some\u00a0words",
        "some\nwords",
        "some w",
        "中文 中文",
        "s words",
        "没有空格的中文文本",
        "")) {
      assertThat(boundaries.before(text, text.length())).as(text).isZero();
    }
  }

  /** Words that are left together may have tokens that reach across a space. */
  @Test
  void before_tokenizerThatDoesNotTakeWordsForThemselves_isNoBoundary() throws Exception {
    String json = new String(GoldenFiles.m3Tokenizer(), StandardCharsets.UTF_8);
    String together = json.replaceFirst("\"split\": *true", "\"split\":false");
    assertThat(together).isNotEqualTo(json);
    assertThat(TokenizerFile.read(together.getBytes(StandardCharsets.UTF_8), "together")
            .boundaries()
            .before("some words", 10))
        .isZero();
    byte[] late = normalizedBy("{\"type\":\"Lowercase\"}", "OWN");
    assertThat(TokenizerFile.read(late, "late").boundaries().before("some words", 10))
        .isZero();
    assertThat(file(WITHOUT_BOUNDARIES).boundaries().before("some words", 10)).isZero();
    assertThat(file("xlmr-4").boundaries().before("some words", 10)).isEqualTo(4);
  }

  @ParameterizedTest
  @MethodSource("names")
  void encode_farMoreThanIsWanted_readsABeginning(String name) throws Exception {
    try (Tokenizer tokenizer = HuggingFaceTokenizer.open(file(name))) {
      String text = "Some words, and \u00e9t\u00e9 <mask> more of them. ".repeat(2000);
      int[] whole = tokenizer.encode(text);
      for (int wanted : new int[] {1, 511, 5000, whole.length, whole.length + 1}) {
        int[] ids = tokenizer.encode(text, wanted);
        assertThat(ids).isEqualTo(Arrays.copyOf(whole, ids.length));
        assertThat(ids.length)
            .isBetween(Math.min(wanted, whole.length), Math.max(16 * wanted, 4096));
      }
      // None of these has a boundary.
      for (String sign : List.of("\u4e2d", "  ", "a\u0301 ", "\ud83d\ude00 ")) {
        String signs = sign.repeat(10_000);
        assertThat(tokenizer.encode(signs, 1)).isEqualTo(tokenizer.encode(signs));
      }
    }
  }

  @Test
  void textEncoder_longText_cutsAsIfItWereReadWhole() throws Exception {
    String text = "These are some words of a text that is long. ".repeat(3000);
    try (Tokenizer tokenizer = HuggingFaceTokenizer.open(file("bge-small"))) {
      TokenizedText cut = new TextEncoder(tokenizer, 512).encode(text);
      int[] whole = new TextEncoder(tokenizer, 100_000).encode(text).ids();
      assertThat(cut.truncated()).isTrue();
      assertThat(cut.fullLength()).isBetween(513, whole.length - 1);
      assertThat(Arrays.copyOf(cut.ids(), 511)).isEqualTo(Arrays.copyOf(whole, 511));
      assertThat(cut.ids()).hasSize(512).endsWith(whole[whole.length - 1]);
      assertThat(new TextEncoder(tokenizer, 512).count(text)).isEqualTo(whole.length);
    }
  }

  @Test
  void pairEncoder_longTexts_cutsAsIfTheyWereReadWhole() throws Exception {
    String query = "What are the words of this text? ".repeat(2000);
    String passage = "These are some words of a text that is long. ".repeat(3000);
    try (Tokenizer tokenizer = HuggingFaceTokenizer.open(file("m3"))) {
      PairEncoder encoder = new PairEncoder(tokenizer, 512, 384);
      TokenizedText cut = encoder.encode(encoder.encodeQuery(query), passage);
      assertThat(cut.ids())
          .isEqualTo(encoder
              .encode(tokenizer.encode(query), passage.substring(0, 20_000).strip())
              .ids());
      assertThat(cut.truncated()).isTrue();
    }
  }
}
