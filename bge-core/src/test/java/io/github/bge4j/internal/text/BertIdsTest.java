package io.github.bge4j.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import io.github.bge4j.BgeSmall;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** BERT ids of the real bge-small-en-v1.5 tokenizer, exactly as the reference gives them. */
class BertIdsTest {

  private static Tokenizer tokenizer;
  private static TextEncoder encoder;

  @BeforeAll
  static void open() {
    tokenizer =
        HuggingFaceTokenizer.open(TokenizerFile.read(BgeSmall.tokenizerJson(), "bge-small"));
    encoder = new TextEncoder(tokenizer, 512);
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  private record Golden(String text, int[] ids) {}

  @TestFactory
  List<DynamicTest> encode_goldenText_matchesTheReference() throws IOException {
    InputStream file =
        Objects.requireNonNull(getClass().getResourceAsStream("/golden/bert-ids.jsonl.gz"));
    try (BufferedReader lines = new BufferedReader(
        new InputStreamReader(new GZIPInputStream(file), StandardCharsets.UTF_8))) {
      List<Golden> golden =
          lines.lines().map(line -> new Gson().fromJson(line, Golden.class)).toList();
      assertThat(golden).hasSize(274);
      return golden.stream()
          .map(row -> DynamicTest.dynamicTest(
              "row " + golden.indexOf(row),
              () -> assertThat(encoder.encode(row.text()).ids()).isEqualTo(row.ids())))
          .toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n\t", "\u3000", "\u200B", "\0"})
  void encode_nothingVisible_isSpecialTokensOnly(String text) {
    assertIds(text);
  }

  @ParameterizedTest
  @CsvSource({
    "[CLS], 101",
    "[PAD], 0",
    "[cls], 1031 18856 2015 1033",
    "＜ｓ＞, 100",
    "中文abc, 1746 1861 5925",
    "한국어, 1469 30006 30021 29991 30014 30020 29999 30008",
    "مرحبا, 1295 17149 29820 29816 25573",
    "ไทย, 100",
    "😀, 100",
    "😀😁 👨‍👩‍👧 🇩🇪, 100 100 100",
    "İstanbul, 9960",
    "ı, 1104",
    "ß, 1096",
    "ΟΔΟΣ, 1169 29722 29730 29733",
    "I love machine learning and nlp, 1045 2293 3698 4083 1998 17953 2361",
  })
  void encode_specialCases_matchTheReference(String text, String ids) {
    assertIds(text, Arrays.stream(ids.split(" ")).mapToInt(Integer::parseInt).toArray());
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0x00, 0x01, 0x08, 0x0B, 0x0C, 0x0E, 0x1F, 0x7F, 0x85, 0xAD, 0x200B, 0x200D, 0x200E, 0x200F,
        0x202A, 0x202D, 0x2060, 0xFEFF, 0xFFFD
      })
  void encode_deletedCharacter_joinsItsNeighbours(int codePoint) {
    assertIds("a" + Character.toString(codePoint) + "b", 11113);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\t", "\n", "\r", "\r\n", " ", "  ", "\u00A0", "\u2028", "\u3000"})
  void encode_space_separatesItsNeighbours(String space) {
    assertIds(space + "a" + space + "b" + space, 1037, 1038);
  }

  @Test
  void encode_underTurkishLocale_isTheSame() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("tr"));
    try {
      assertIds("ISTANBUL İstanbul", 9960, 9960);
      assertIds("ΟΔΟΣ", 1169, 29722, 29730, 29733);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void encode_wordOfAHundredCodePoints_isTheLongestThatIsSplit() {
    // Letters of which the vocabulary knows no run: one piece each.
    String letter = "ა";
    assertThat(encoder.encode(letter.repeat(100)).ids()).hasSize(102).doesNotContain(100);
    assertIds(letter.repeat(101), 100);
    assertIds("a".repeat(101), 100);
  }

  @Test
  void encode_instructionWithAndWithoutTrailingSpace_isTheSame() {
    int[] expected = {101, 5050, 2023, 6251, 2005, 6575, 7882, 13768, 1024, 2054, 102};
    assertThat(encoder
            .encode("Represent this sentence for searching relevant passages: what")
            .ids())
        .isEqualTo(expected);
    assertThat(encoder
            .encode("Represent this sentence for searching relevant passages:what")
            .ids())
        .isEqualTo(expected);
  }

  private static void assertIds(String text, int... content) {
    int[] expected = new int[content.length + 2];
    expected[0] = 101;
    System.arraycopy(content, 0, expected, 1, content.length);
    expected[content.length + 1] = 102;
    assertThat(encoder.encode(text).ids()).isEqualTo(expected);
  }
}
