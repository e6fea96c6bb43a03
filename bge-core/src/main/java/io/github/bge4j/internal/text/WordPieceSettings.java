package io.github.bge4j.internal.text;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code tokenizer_config.json} says about a BERT tokenizer.
 *
 * @param lowercase {@code do_lower_case}
 * @param stripAccents {@code strip_accents}; null to do it exactly where small letters are made
 * @param splitChinese {@code tokenize_chinese_chars}
 * @param unknown {@code unk_token}
 * @param separator {@code sep_token}
 * @param padding {@code pad_token}
 * @param start {@code cls_token}
 * @param mask {@code mask_token}
 */
public record WordPieceSettings(
    boolean lowercase,
    @Nullable Boolean stripAccents,
    boolean splitChinese,
    String unknown,
    String separator,
    String padding,
    String start,
    String mask) {

  /** What transformers takes where the file says nothing. */
  public static final WordPieceSettings DEFAULT =
      new WordPieceSettings(true, null, true, "[UNK]", "[SEP]", "[PAD]", "[CLS]", "[MASK]");

  /** Returns the special tokens in the order in which transformers adds them. */
  List<String> specialTokens() {
    return List.of(unknown, separator, padding, start, mask);
  }
}
