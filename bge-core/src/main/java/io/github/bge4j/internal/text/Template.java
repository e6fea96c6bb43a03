package io.github.bge4j.internal.text;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The special tokens around one text, {@code [CLS] text [SEP]} for BERT and {@code <s> text </s>}
 * for XLM-RoBERTa, or around a query and a passage, {@code [CLS] query [SEP] passage [SEP]} and
 * {@code <s> query </s> </s> passage </s>}.
 *
 * @param prefix ids before the text or the query; not copied
 * @param separator ids between query and passage, none for one text; not copied
 * @param suffix ids after the text or the passage; not copied
 * @param typed whether the passage and what follows it have token type 1, as for BERT
 */
record Template(int[] prefix, int[] separator, int[] suffix, boolean typed) {

  private static final int MAX_PIECES = 32;

  /** What stands in a template for the first text and for the second, where others have an id. */
  private static final int FIRST = -1;

  private static final int SECOND = -2;

  /** Makes the template of one text. */
  Template(int[] prefix, int[] suffix) {
    this(prefix, new int[0], suffix, false);
  }

  /** Returns how many special tokens there are. */
  int size() {
    return prefix.length + separator.length + suffix.length;
  }

  /**
   * Reads a {@code post_processor}.
   *
   * @param ids of all tokens
   * @return the template of one text and, if two are joined as BERT or XLM-RoBERTa do, that of a
   *     pair
   */
  static List<Template> read(Fields fields, Map<String, Integer> ids) throws IOException {
    String type = fields.string("type");
    List<Template> result = switch (type) {
      case "TemplateProcessing" -> readTemplates(fields, ids);
      case "BertProcessing" -> bert(token(fields, "cls", ids), token(fields, "sep", ids));
      case "RobertaProcessing" -> {
        // These two settings change offsets alone.
        fields.findFlag("trim_offsets");
        fields.findFlag("add_prefix_space");
        yield roberta(token(fields, "cls", ids), token(fields, "sep", ids));
      }
      default ->
        throw new IOException("post_processor must be of a kind that tokenizers of BERT and"
            + " XLM-RoBERTa use: " + TokenizerFile.quote(type));
    };
    fields.end();
    return result;
  }

  /** {@code [CLS] text [SEP]} and {@code [CLS] query [SEP] passage [SEP]}. */
  static List<Template> bert(int start, int separator) {
    int[] before = {start};
    int[] after = {separator};
    return List.of(new Template(before, after), new Template(before, after, after, true));
  }

  private static List<Template> roberta(int start, int separator) {
    int[] before = {start};
    int[] after = {separator};
    int[] between = {separator, separator};
    return List.of(new Template(before, after), new Template(before, between, after, false));
  }

  /** Reads a token and its id, as {@code ["[SEP]", 102]}. */
  private static int token(Fields fields, String name, Map<String, Integer> ids)
      throws IOException {
    List<Object> pair = fields.items(name, Object.class, 2);
    if (pair.size() == 2
        && pair.get(0) instanceof String token
        && pair.get(1) instanceof BigDecimal id) {
      return checked(fields.where() + "." + name, token, id, ids);
    }
    throw new IOException(fields.where() + "." + name + " must be a token and its id");
  }

  private static int checked(String where, String token, BigDecimal id, Map<String, Integer> ids)
      throws IOException {
    Integer known = ids.get(token);
    if (known == null || id.compareTo(BigDecimal.valueOf(known)) != 0) {
      throw new IOException(where + " must name a token with its id, " + known + ": "
          + TokenizerFile.quote(token) + " with " + id);
    }
    return known;
  }

  private static List<Template> readTemplates(Fields fields, Map<String, Integer> ids)
      throws IOException {
    Fields tokens = fields.object("special_tokens");
    Map<String, Integer> special = new HashMap<>();
    for (String name : tokens.names()) {
      Fields token = tokens.object(name);
      List<String> texts = token.items("tokens", String.class, 1);
      List<BigDecimal> numbers = token.items("ids", BigDecimal.class, 1);
      if (texts.size() != 1 || numbers.size() != 1 || !token.string("id").equals(name)) {
        throw new IOException(token.where() + " must be one token of that name");
      }
      special.put(name, checked(token.where(), texts.get(0), numbers.get(0), ids));
      token.end();
    }
    int[][] single = pieces(fields, "single", special);
    int[][] joined = pieces(fields, "pair", special);
    Template first = single(single);
    Template pair = pair(joined);
    return pair == null ? List.of(first) : List.of(first, pair);
  }

  /** Reads the parts of a template: the id of a special token, or which text it is; and a type. */
  private static int[][] pieces(Fields fields, String name, Map<String, Integer> special)
      throws IOException {
    List<Fields> items = fields.objects(name, MAX_PIECES);
    int[][] pieces = new int[items.size()][];
    for (int i = 0; i < pieces.length; i++) {
      Fields item = items.get(i);
      boolean text = item.has("Sequence");
      Fields piece = item.object(text ? "Sequence" : "SpecialToken");
      item.end();
      String id = piece.string("id");
      int type = piece.integer("type_id", 0, 1);
      piece.end();
      if (text ? !id.equals("A") && !id.equals("B") : !special.containsKey(id)) {
        throw new IOException(piece.where() + " must name a text or one of its special tokens: "
            + TokenizerFile.quote(id));
      }
      int part = id.equals("A") ? FIRST : SECOND;
      pieces[i] = new int[] {text ? part : special.getOrDefault(id, 0), type};
    }
    return pieces;
  }

  private static Template single(int[][] pieces) throws IOException {
    int text = find(pieces, FIRST);
    int[] prefix = ids(pieces, 0, text);
    int[] suffix = ids(pieces, text + 1, pieces.length);
    if (text < 0 || prefix == null || suffix == null || type(pieces, 0, pieces.length) != 0) {
      throw new IOException("post_processor.single must put tokens of type 0 around one text");
    }
    if (pieces.length == 1) {
      throw new IOException("it puts no special tokens around a text, which every BGE model needs");
    }
    return new Template(prefix, suffix);
  }

  private static @Nullable Template pair(int[][] pieces) {
    int first = find(pieces, FIRST);
    int second = find(pieces, SECOND);
    if (first < 1 || second < first + 2 || second > pieces.length - 2) {
      return null;
    }
    int[] prefix = ids(pieces, 0, first);
    int[] between = ids(pieces, first + 1, second);
    int[] suffix = ids(pieces, second + 1, pieces.length);
    int firstType = type(pieces, 0, second);
    int secondType = type(pieces, second, pieces.length);
    return prefix == null || between == null || suffix == null || firstType != 0 || secondType < 0
        ? null
        : new Template(prefix, between, suffix, secondType == 1);
  }

  private static int find(int[][] pieces, int text) {
    for (int i = 0; i < pieces.length; i++) {
      if (pieces[i][0] == text) {
        return i;
      }
    }
    return -1;
  }

  /** Returns the ids of special tokens, or null if there is a text among them. */
  private static int @Nullable [] ids(int[][] pieces, int from, int to) {
    int[] ids = new int[Math.max(0, to - from)];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = pieces[from + i][0];
      if (ids[i] < 0) {
        return null;
      }
    }
    return ids;
  }

  /** Returns the one type of some pieces, or -1 if they have several. */
  private static int type(int[][] pieces, int from, int to) {
    for (int i = from; i < to; i++) {
      if (pieces[i][1] != pieces[from][1]) {
        return -1;
      }
    }
    return from < to ? pieces[from][1] : -1;
  }
}
