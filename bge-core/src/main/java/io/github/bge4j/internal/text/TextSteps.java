package io.github.bge4j.internal.text;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a tokenizer does around its vocabulary: how it changes a text (the normalizer), splits it
 * into words (the pre-tokenizer), and makes a text of its tokens again (the decoder). Reads each of
 * the kinds that tokenizers of BERT and XLM-RoBERTa use, of which none makes a text longer than a
 * small multiple, and writes what was understood. Immutable.
 *
 * @param normalizer JSON
 * @param bertCleans for BERT's normalizer alone, whether it deletes control characters; else null
 * @param lowercase whether BERT's normalizer makes small letters; null if there is none
 * @param charsmap the replacements of characters, if there are any
 * @param preTokenizer JSON
 * @param decoder JSON
 */
record TextSteps(
    String normalizer,
    @Nullable Boolean bertCleans,
    @Nullable Boolean lowercase,
    @Nullable Charsmap charsmap,
    String preTokenizer,
    String decoder) {

  private static final String NONE = "null";
  private static final String SEQUENCE = "{\"type\":\"Sequence\",\"normalizers\":[";
  private static final String PRECOMPILED = "{\"type\":\"Precompiled\",";

  /** Normalizers without settings. */
  private static final Set<String> PLAIN =
      Set.of("Lowercase", "NFC", "NFD", "NFKC", "NFKD", "Nmt", "StripAccents");

  /** The only regular expression of published ones; others may take exponential time. */
  private static final String SPACES = " {2,}";

  private static final int MAX_NORMALIZERS = 8;
  private static final int MAX_PATTERN = 16;
  private static final int MAX_PRE_TOKENIZERS = 4;
  private static final int MAX_PREFIX = 16;
  private static final List<String> PREPEND_SCHEMES = List.of("always", "first", "never");

  /** Makes BERT's, as transformers does for a {@code vocab.txt}. */
  static TextSteps bert(WordPieceSettings settings) {
    return bertNormalizer(
            true, settings.splitChinese(), settings.stripAccents(), settings.lowercase())
        .with("{\"type\":\"BertPreTokenizer\"}", wordPieceDecoder("##", true));
  }

  /** Reads the normalizer of a tokenizer; the other steps are left out. */
  static TextSteps readNormalizer(Fields tokenizer) throws IOException {
    if (!tokenizer.has("normalizer")) {
      return normalizer(NONE, null);
    }
    Fields fields = tokenizer.object("normalizer");
    String type = fields.string("type");
    TextSteps result;
    if (type.equals("Sequence")) {
      List<TextSteps> steps = new ArrayList<>();
      for (Fields step : fields.objects("normalizers", MAX_NORMALIZERS)) {
        steps.add(readNormalizer(step.string("type"), step));
      }
      // Each charsmap may make a text longer.
      if (steps.stream().filter(step -> step.charsmap != null).count() > 1) {
        throw new IOException(fields.where() + " must have at most one charsmap");
      }
      result = sequence(steps);
    } else {
      result = readNormalizer(type, fields);
    }
    fields.end();
    return result;
  }

  private static TextSteps readNormalizer(String type, Fields fields) throws IOException {
    TextSteps step = switch (type) {
      case "BertNormalizer" ->
        bertNormalizer(
            fields.flag("clean_text"),
            fields.flag("handle_chinese_chars"),
            fields.findFlag("strip_accents"),
            fields.flag("lowercase"));
      case "Precompiled" -> {
        Charsmap charsmap = Charsmap.read(fields.string("precompiled_charsmap"));
        yield normalizer(
            PRECOMPILED + "\"precompiled_charsmap\":\"" + charsmap.base64() + "\"}", charsmap);
      }
      case "Replace" -> normalizer(copiedReplace(fields), null);
      case "Strip" ->
        normalizer(
            "{\"type\":\"Strip\",\"strip_left\":" + fields.flag("strip_left") + ",\"strip_right\":"
                + fields.flag("strip_right") + "}",
            null);
      default -> {
        if (!PLAIN.contains(type)) {
          throw unknown(fields, type);
        }
        yield normalizer("{\"type\":\"" + type + "\"}", null);
      }
    };
    fields.end();
    return step;
  }

  private static TextSteps normalizer(String json, @Nullable Charsmap charsmap) {
    return new TextSteps(json, null, null, charsmap, NONE, NONE);
  }

  private static TextSteps bertNormalizer(
      boolean cleans, boolean splitChinese, @Nullable Boolean stripAccents, boolean lowercase) {
    String json = "{\"type\":\"BertNormalizer\",\"clean_text\":" + cleans
        + ",\"handle_chinese_chars\":" + splitChinese + ",\"strip_accents\":" + stripAccents
        + ",\"lowercase\":" + lowercase + "}";
    return new TextSteps(json, cleans, lowercase, null, NONE, NONE);
  }

  private static TextSteps sequence(List<TextSteps> steps) {
    String json =
        steps.stream().map(TextSteps::normalizer).collect(Collectors.joining(",", SEQUENCE, "]}"));
    Boolean lowercase = steps.stream()
        .map(TextSteps::lowercase)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
    Charsmap charsmap = steps.stream()
        .map(TextSteps::charsmap)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
    return new TextSteps(json, null, lowercase, charsmap, NONE, NONE);
  }

  /** Replaces a text by one that is no longer. */
  private static String copiedReplace(Fields fields) throws IOException {
    Fields holder = fields.object("pattern");
    String kind = holder.has("Regex") ? "Regex" : "String";
    String pattern = holder.string(kind);
    String content = fields.string("content");
    holder.end();
    if (kind.equals("Regex") && !pattern.equals(SPACES)) {
      throw new IOException(holder.where() + " must be \"" + SPACES
          + "\", the regular expression of XLM-RoBERTa: " + TokenizerFile.quote(pattern));
    }
    int most = kind.equals("Regex") ? 2 : pattern.length();
    if (most > MAX_PATTERN || content.isEmpty() || content.length() > most) {
      throw new IOException(fields.where() + " must replace at most " + MAX_PATTERN
          + " characters by some, but not by more: " + TokenizerFile.quote(content));
    }
    return "{\"type\":\"Replace\",\"pattern\":{\"" + kind + "\":" + TokenizerJson.literal(pattern)
        + "},\"content\":" + TokenizerJson.literal(content) + "}";
  }

  /**
   * Returns whether each word between single spaces is tokenized for itself, once the signs beside
   * the spaces are known to stay. Not so where words are left together, or a text that may have
   * spaces is replaced; of all else that is read, any first pre-tokenizer splits at spaces.
   */
  boolean splitsWords() {
    return !preTokenizer.equals(NONE)
        && !preTokenizer.endsWith("[]}")
        && !preTokenizer.contains("\"split\":false")
        && !normalizer.contains("\"pattern\":{\"String\"");
  }

  /** Returns whether there is a charsmap that sees what another step has made of a text. */
  boolean replacesWhatOthersMade() {
    return charsmap != null
        && !normalizer.startsWith(PRECOMPILED)
        && !normalizer.startsWith(SEQUENCE + PRECOMPILED);
  }

  /** Returns these with BERT's normalizer set otherwise; there must be that one alone. */
  TextSteps withSettings(WordPieceSettings settings) {
    boolean cleans = Objects.requireNonNull(bertCleans);
    return bertNormalizer(
            cleans, settings.splitChinese(), settings.stripAccents(), settings.lowercase())
        .with(preTokenizer, decoder);
  }

  /** Returns these with small letters made first. */
  TextSteps lowercased() {
    TextSteps small = normalizer("{\"type\":\"Lowercase\"}", null);
    return (normalizer.equals(NONE) ? small : sequence(List.of(small, this)))
        .with(preTokenizer, decoder);
  }

  private TextSteps with(String otherPreTokenizer, String otherDecoder) {
    return new TextSteps(
        normalizer, bertCleans, lowercase, charsmap, otherPreTokenizer, otherDecoder);
  }

  /** Reads the steps after the normalizer of a tokenizer. */
  TextSteps readOthers(Fields tokenizer) throws IOException {
    String splits = tokenizer.has("pre_tokenizer")
        ? copiedPreTokenizer(tokenizer.object("pre_tokenizer"))
        : NONE;
    String joins = tokenizer.has("decoder") ? copiedDecoder(tokenizer.object("decoder")) : NONE;
    return with(splits, joins);
  }

  private static String copiedPreTokenizer(Fields fields) throws IOException {
    String type = fields.string("type");
    if (!type.equals("Sequence")) {
      return copiedPreTokenizer(type, fields);
    }
    List<String> steps = new ArrayList<>();
    for (Fields step : fields.objects("pretokenizers", MAX_PRE_TOKENIZERS)) {
      steps.add(copiedPreTokenizer(step.string("type"), step));
    }
    fields.end();
    return "{\"type\":\"Sequence\",\"pretokenizers\":[" + String.join(",", steps) + "]}";
  }

  private static String copiedPreTokenizer(String type, Fields fields) throws IOException {
    String json = switch (type) {
      case "BertPreTokenizer", "Whitespace", "WhitespaceSplit" -> "{\"type\":\"" + type + "\"}";
      case "Metaspace" -> copiedMetaspace(fields);
      default -> throw unknown(fields, type);
    };
    fields.end();
    return json;
  }

  private static String copiedDecoder(Fields fields) throws IOException {
    String type = fields.string("type");
    String json = switch (type) {
      case "Metaspace" -> copiedMetaspace(fields);
      case "WordPiece" ->
        wordPieceDecoder(
            checkedPrefix(fields.where(), fields.string("prefix")), fields.flag("cleanup"));
      default -> throw unknown(fields, type);
    };
    fields.end();
    return json;
  }

  private static String wordPieceDecoder(String prefix, boolean cleanup) {
    return "{\"type\":\"WordPiece\",\"prefix\":" + TokenizerJson.literal(prefix) + ",\"cleanup\":"
        + cleanup + "}";
  }

  static String checkedPrefix(String where, String prefix) throws IOException {
    if (prefix.length() > MAX_PREFIX) {
      throw new IOException(where + " must have a prefix of at most " + MAX_PREFIX + " characters: "
          + TokenizerFile.quote(prefix));
    }
    return prefix;
  }

  /**
   * Today's form has {@code prepend_scheme} and {@code split}; before tokenizers 0.15 there was
   * {@code add_prefix_space}, which must not speak against it, and a copy of the sign.
   */
  private static String copiedMetaspace(Fields fields) throws IOException {
    String sign = fields.string("replacement");
    if (sign.codePointCount(0, sign.length()) != 1
        || !fields.string("str_rep", sign).equals(sign)) {
      throw new IOException(
          fields.where() + " must have one sign for a space: " + TokenizerFile.quote(sign));
    }
    String scheme = fields.string("prepend_scheme", "always");
    Boolean prefixed = fields.findFlag("add_prefix_space");
    boolean opposed = Boolean.FALSE.equals(prefixed) && !scheme.equals("never");
    if (opposed || !PREPEND_SCHEMES.contains(scheme)) {
      throw new IOException(fields.where() + " must have a prepend_scheme of " + PREPEND_SCHEMES
          + " that agrees with its add_prefix_space: " + TokenizerFile.quote(scheme));
    }
    Boolean split = fields.findFlag("split");
    return "{\"type\":\"Metaspace\",\"replacement\":" + TokenizerJson.literal(sign)
        + ",\"prepend_scheme\":\"" + scheme + "\",\"split\":" + (split == null || split) + "}";
  }

  private static IOException unknown(Fields fields, String type) {
    return new IOException(fields.where() + " must be of a kind that tokenizers of BERT and"
        + " XLM-RoBERTa use: " + TokenizerFile.quote(type));
  }
}
