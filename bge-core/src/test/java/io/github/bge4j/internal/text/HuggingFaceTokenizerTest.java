package io.github.bge4j.internal.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.bge4j.BgeSmall;
import io.github.bge4j.ClosedException;
import io.github.bge4j.ModelException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HuggingFaceTokenizerTest {

  @Test
  void template_bert_isClsTextSep() {
    try (Tokenizer tokenizer =
        HuggingFaceTokenizer.open(TokenizerFile.read(BgeSmall.tokenizerJson(), "bge-small"))) {
      assertThat(tokenizer.template().prefix()).containsExactly(101);
      assertThat(tokenizer.template().suffix()).containsExactly(102);
    }
  }

  @Test
  void open_fileWithTruncationAndPaddingOfItsOwn_ignoresThem() {
    String json = new String(BgeSmall.tokenizerJson(), StandardCharsets.UTF_8)
        .replaceFirst(
            "\"truncation\": *null",
            "\"truncation\":{\"direction\":\"Right\",\"max_length\":4,\"strategy\":\"LongestFirst\",\"stride\":0}")
        .replaceFirst(
            "\"padding\": *null",
            "\"padding\":{\"strategy\":{\"Fixed\":16},\"direction\":\"Right\",\"pad_to_multiple_of\":null,"
                + "\"pad_id\":0,\"pad_type_id\":0,\"pad_token\":\"[PAD]\"}");
    assertThat(json).contains("\"max_length\":4").contains("\"Fixed\":16");
    try (Tokenizer tokenizer = HuggingFaceTokenizer.open(
        TokenizerFile.read(json.getBytes(StandardCharsets.UTF_8), "own settings"))) {
      assertThat(tokenizer.encode("a b c d e")).containsExactly(1037, 1038, 1039, 1040, 1041);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "null", "[1,2", "{\"version\":\"1.0\"}", "not json"})
  void open_notATokenizer_throws(String json) {
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> HuggingFaceTokenizer.open(
            TokenizerFile.read(json.getBytes(StandardCharsets.UTF_8), "broken.json")))
        .withMessageStartingWith(
            "tokenizer must be a complete tokenizer.json of Hugging Face tokenizers: broken.json: ");
  }

  @Test
  void open_noSpecialTokens_throws() {
    JsonObject tokenizer = JsonParser.parseString(
            new String(BgeSmall.tokenizerJson(), StandardCharsets.UTF_8))
        .getAsJsonObject();
    tokenizer.add("post_processor", JsonNull.INSTANCE);
    String json = new GsonBuilder().serializeNulls().create().toJson(tokenizer);
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> HuggingFaceTokenizer.open(
            TokenizerFile.read(json.getBytes(StandardCharsets.UTF_8), "bare")))
        .withMessageContaining(
            "it puts no special tokens around a text, which every BGE model needs");
  }

  @Test
  void open_truncatedFile_throws() {
    byte[] json = BgeSmall.tokenizerJson();
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> HuggingFaceTokenizer.open(
            TokenizerFile.read(java.util.Arrays.copyOf(json, json.length / 2), "half")))
        .withMessageStartingWith("tokenizer must be a complete tokenizer.json");
  }

  @Test
  void open_notUtf8_throws() {
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> HuggingFaceTokenizer.open(
            TokenizerFile.read(new byte[] {'{', (byte) 0xff, '}'}, "latin")))
        .withMessageStartingWith("tokenizer must be a complete tokenizer.json");
  }

  @Test
  void encode_afterClose_throws() {
    Tokenizer tokenizer =
        HuggingFaceTokenizer.open(TokenizerFile.read(BgeSmall.tokenizerJson(), "bge-small"));
    tokenizer.close();
    tokenizer.close();
    assertThatExceptionOfType(ClosedException.class)
        .isThrownBy(() -> tokenizer.encode("a"))
        .withMessage("the tokenizer is closed; use it before close()");
  }

  @Test
  void open_always_leavesNoGlobalSettingBehind() {
    try (Tokenizer tokenizer =
        HuggingFaceTokenizer.open(TokenizerFile.read(BgeSmall.tokenizerJson(), "bge-small"))) {
      assertThat(tokenizer.encode("a")).hasSize(1);
      assertThat(System.getProperties())
          .doesNotContainKeys("RUST_FLAVOR", "OPT_OUT_TRACKING", "ai.djl.offline");
    }
  }
}
