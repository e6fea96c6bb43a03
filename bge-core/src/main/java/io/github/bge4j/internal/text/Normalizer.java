package io.github.bge4j.internal.text;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a tokenizer changes a text before it splits it: the kinds that tokenizers of BERT and
 * XLM-RoBERTa use. None makes a text longer than a small multiple. All are immutable.
 */
sealed interface Normalizer {

  /** Kinds without settings. */
  Set<String> PLAIN = Set.of("Lowercase", "NFC", "NFD", "NFKC", "NFKD", "Nmt", "StripAccents");

  /** The only regular expression of published ones; others may take exponential time. */
  String SPACES = " {2,}";

  int MAX_STEPS = 8;
  int MAX_PATTERN = 16;

  void write(JsonWriter out) throws IOException;

  static Normalizer read(Fields fields) throws IOException {
    String type = fields.string("type");
    Normalizer result;
    if (type.equals("Sequence")) {
      List<Normalizer> steps = new ArrayList<>();
      for (Fields step : fields.objects("normalizers", MAX_STEPS)) {
        steps.add(readStep(step.string("type"), step));
      }
      // Each charsmap may make a text longer.
      if (steps.stream().filter(Precompiled.class::isInstance).count() > 1) {
        throw new IOException(fields.where() + " must have at most one charsmap");
      }
      result = new Chain(List.copyOf(steps));
    } else {
      result = readStep(type, fields);
    }
    fields.end();
    return result;
  }

  private static Normalizer readStep(String type, Fields fields) throws IOException {
    Normalizer step = switch (type) {
      case "BertNormalizer" ->
        new Bert(
            fields.flag("clean_text"),
            fields.flag("handle_chinese_chars"),
            fields.findFlag("strip_accents"),
            fields.flag("lowercase"));
      case "Precompiled" -> new Precompiled(Charsmap.read(fields.string("precompiled_charsmap")));
      case "Replace" -> Replace.read(fields);
      case "Strip" -> new Strip(fields.flag("strip_left"), fields.flag("strip_right"));
      default -> {
        if (!PLAIN.contains(type)) {
          throw new IOException(fields.where() + " must be of a kind that tokenizers of BERT and"
              + " XLM-RoBERTa use: " + TokenizerFile.quote(type));
        }
        yield new Plain(type);
      }
    };
    fields.end();
    return step;
  }

  /**
   * Replaces BERT's settings, as transformers 4.57 does: not those within a sequence.
   *
   * @return the same if it is not BERT's
   */
  default Normalizer withSettings(WordPieceSettings settings) {
    return this;
  }

  /** Returns whether BERT's normalizer makes small letters; null if it is not BERT's. */
  default @Nullable Boolean lowercase() {
    return null;
  }

  /** Returns the replacements of characters, if there are any. */
  default @Nullable Charsmap charsmap() {
    return null;
  }

  /** What BERT does. */
  record Bert(
      boolean cleanText, boolean splitChinese, @Nullable Boolean stripAccents, boolean lower)
      implements Normalizer {

    @Override
    public Normalizer withSettings(WordPieceSettings settings) {
      return new Bert(
          cleanText, settings.splitChinese(), settings.stripAccents(), settings.lowercase());
    }

    @Override
    public Boolean lowercase() {
      return lower;
    }

    @Override
    public void write(JsonWriter out) throws IOException {
      out.beginObject().name("type").value("BertNormalizer");
      out.name("clean_text").value(cleanText);
      out.name("handle_chinese_chars").value(splitChinese);
      out.name("strip_accents");
      if (stripAccents == null) {
        out.nullValue();
      } else {
        out.value(stripAccents.booleanValue());
      }
      out.name("lowercase").value(lower).endObject();
    }
  }

  /** One without settings. */
  record Plain(String type) implements Normalizer {
    @Override
    public void write(JsonWriter out) throws IOException {
      out.beginObject().name("type").value(type).endObject();
    }
  }

  /** Takes white space off the ends. */
  record Strip(boolean left, boolean right) implements Normalizer {
    @Override
    public void write(JsonWriter out) throws IOException {
      out.beginObject().name("type").value("Strip");
      out.name("strip_left").value(left).name("strip_right").value(right).endObject();
    }
  }

  /**
   * Replaces a text by one that is no longer.
   *
   * @param kind String or Regex
   */
  record Replace(String kind, String pattern, String content) implements Normalizer {

    static Replace read(Fields fields) throws IOException {
      Fields pattern = fields.object("pattern");
      String kind = pattern.has("Regex") ? "Regex" : "String";
      Replace replace = new Replace(kind, pattern.string(kind), fields.string("content"));
      pattern.end();
      if (kind.equals("Regex") && !replace.pattern.equals(SPACES)) {
        throw new IOException(pattern.where() + " must be \"" + SPACES
            + "\", the regular expression of XLM-RoBERTa: "
            + TokenizerFile.quote(replace.pattern));
      }
      int most = kind.equals("Regex") ? 2 : replace.pattern.length();
      if (most > MAX_PATTERN || replace.content.isEmpty() || replace.content.length() > most) {
        throw new IOException(fields.where() + " must replace at most " + MAX_PATTERN
            + " characters by some, but not by more: " + TokenizerFile.quote(replace.content));
      }
      return replace;
    }

    @Override
    public void write(JsonWriter out) throws IOException {
      out.beginObject().name("type").value("Replace");
      out.name("pattern").beginObject().name(kind).value(pattern).endObject();
      out.name("content").value(content).endObject();
    }
  }

  /** SentencePiece's replacements. */
  record Precompiled(Charsmap charsmap) implements Normalizer {
    @Override
    public void write(JsonWriter out) throws IOException {
      out.beginObject().name("type").value("Precompiled");
      out.name("precompiled_charsmap").value(charsmap.base64()).endObject();
    }
  }

  /** Several, one after the other. */
  record Chain(List<Normalizer> steps) implements Normalizer {

    @Override
    public @Nullable Boolean lowercase() {
      return steps.stream()
          .map(Normalizer::lowercase)
          .filter(Objects::nonNull)
          .findFirst()
          .orElse(null);
    }

    @Override
    public @Nullable Charsmap charsmap() {
      return steps.stream()
          .map(Normalizer::charsmap)
          .filter(Objects::nonNull)
          .findFirst()
          .orElse(null);
    }

    @Override
    public void write(JsonWriter out) throws IOException {
      out.beginObject().name("type").value("Sequence").name("normalizers").beginArray();
      for (Normalizer step : steps) {
        step.write(out);
      }
      out.endArray().endObject();
    }
  }
}
