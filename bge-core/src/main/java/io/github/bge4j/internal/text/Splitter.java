package io.github.bge4j.internal.text;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * How a tokenizer splits a text into words, and how it makes a text of its tokens again: reads each
 * of the kinds that tokenizers of BERT and XLM-RoBERTa use, and writes what was understood.
 */
final class Splitter {

  private static final int MAX_STEPS = 4;
  private static final int MAX_PREFIX = 16;
  private static final Set<String> PREPEND_SCHEMES = Set.of("always", "first", "never");

  private Splitter() {}

  static void copyPreTokenizer(Fields fields, JsonWriter out) throws IOException {
    String type = fields.string("type");
    if (type.equals("Sequence")) {
      List<Fields> steps = fields.objects("pretokenizers", MAX_STEPS);
      out.beginObject().name("type").value(type).name("pretokenizers").beginArray();
      for (Fields step : steps) {
        copyStep(step.string("type"), step, out);
      }
      out.endArray().endObject();
      fields.end();
    } else {
      copyStep(type, fields, out);
    }
  }

  private static void copyStep(String type, Fields fields, JsonWriter out) throws IOException {
    switch (type) {
      case "BertPreTokenizer", "Whitespace", "WhitespaceSplit" ->
        out.beginObject().name("type").value(type).endObject();
      case "Metaspace" -> copyMetaspace(fields, out);
      default ->
        throw new IOException(fields.where() + " must be of a kind that tokenizers of BERT and"
            + " XLM-RoBERTa use: " + TokenizerFile.quote(type));
    }
    fields.end();
  }

  static void copyDecoder(Fields fields, JsonWriter out) throws IOException {
    String type = fields.string("type");
    switch (type) {
      case "Metaspace" -> copyMetaspace(fields, out);
      case "WordPiece" -> {
        String prefix = checkedPrefix(fields.where(), fields.string("prefix"));
        out.beginObject().name("type").value(type).name("prefix").value(prefix);
        out.name("cleanup").value(fields.flag("cleanup")).endObject();
      }
      default ->
        throw new IOException(fields.where() + " must be of a kind that tokenizers of BERT and"
            + " XLM-RoBERTa use: " + TokenizerFile.quote(type));
    }
    fields.end();
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
  private static void copyMetaspace(Fields fields, JsonWriter out) throws IOException {
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
    out.beginObject().name("type").value("Metaspace").name("replacement").value(sign);
    out.name("prepend_scheme").value(scheme);
    out.name("split").value(split == null || split).endObject();
  }
}
