package io.github.bge4j.internal.text;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The vocabulary of a tokenizer and how words are cut into it: WordPiece for BERT, Unigram for
 * XLM-RoBERTa. Checks each token as it is read, in one pass over the file, and writes the model as
 * the native library gets it. Lives while a file is read; not thread-safe.
 */
final class TokenModel {

  /** No published model has more than one million tokens. */
  static final int MAX_IDS = 1 << 21;

  /** Four times those of BGE-M3. */
  private static final int MAX_CHARACTERS = 12 << 20;

  /** The native library holds Unigram's pieces byte by byte, with 370 bytes of memory for each. */
  private static final int MAX_TRIE_NODES = 4 << 20;

  /** Unigram's time for a character rises with the square of this; 16 in published models. */
  private static final int MAX_TOKEN_LENGTH = 128;

  /** WordPiece's time for a character rises with the square of this; 100 in every BERT. */
  private static final int MAX_WORD_LENGTH = 256;

  private static final double MAX_SCORE = 1e9;

  private final Map<String, Integer> ids = new HashMap<>();
  private final BitSet used = new BitSet();

  /** Unigram's pieces, equal ones included; empty for WordPiece. */
  private final List<String> pieces = new ArrayList<>();

  private final StringBuilder out = new StringBuilder();
  private int characters;

  /** In UTF-8; a character outside the basic plane counts as six. */
  private int bytes;

  private String unknown = "";

  private TokenModel() {}

  /** Reads the {@code model} of a file in one pass, whatever the order of its fields. */
  static TokenModel read(TokenizerJson json) throws IOException {
    TokenModel model = new TokenModel();
    Map<String, Object> small = new HashMap<>();
    Set<String> keys = new HashSet<>();
    json.forEachField(key -> {
      if (!keys.add(key)) {
        throw new IOException("model has the key " + TokenizerFile.quote(key) + " twice");
      }
      if (!key.equals("vocab")) {
        Object value = json.value("model." + TokenizerFile.cut(key));
        if (value != null) {
          small.put(key, value);
        }
      } else if (json.atList()) {
        model.copyPieces(json);
      } else {
        json.forEachField(word -> model.addWord(
            word, Fields.integer("an id in model.vocab", json.number(), 0, MAX_IDS - 1)));
      }
    });
    Fields fields = new Fields("model", small);
    // Before tokenizers 0.10 there was no type.
    String type = fields.string("type", model.pieces.isEmpty() ? "WordPiece" : "Unigram");
    switch (type) {
      case "Unigram" -> model.writeUnigram(fields);
      case "WordPiece" -> model.writeWordPiece(fields);
      default ->
        throw new IOException("model must be WordPiece or Unigram, those of BERT and"
            + " XLM-RoBERTa: " + TokenizerFile.quote(type));
    }
    fields.end();
    return model;
  }

  /** Makes BERT's model of a {@code vocab.txt}: a token a line, of equal lines the last counts. */
  static TokenModel ofLines(byte[] vocabulary, String unknown) throws IOException {
    if (vocabulary.length > TokenizerFile.MAX_BYTES) {
      throw new IOException("it must have at most " + TokenizerFile.MAX_BYTES + " bytes");
    }
    String text =
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(vocabulary)).toString();
    TokenModel model = new TokenModel();
    int line = 0;
    for (int start = 0; start < text.length(); line++) {
      int end = start;
      while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
        end++;
      }
      model.put(text.substring(start, end), line);
      start = end + (text.startsWith("\r\n", end) ? 2 : 1);
    }
    model.writeWordPiece(unknown, "##", 100);
    return model;
  }

  /** Returns the ids by the tokens' texts, of equal ones the last; not copied. */
  Map<String, Integer> ids() {
    return ids;
  }

  /** Returns the number of tokens, equal ones included: the id of the first that is added. */
  int entries() {
    return pieces.isEmpty() ? ids.size() : pieces.size();
  }

  /** Returns the text of the token that stands for unknown ones. */
  String unknown() {
    return unknown;
  }

  /** Returns the model as the native library reads it; a new string each time. */
  String json() {
    return out.toString();
  }

  /** Returns the id of a special token. */
  int id(String token) throws IOException {
    Integer id = ids.get(token);
    if (id == null) {
      throw new IOException("it lacks the special token " + TokenizerFile.quote(token));
    }
    return id;
  }

  private void put(String token, int id) throws IOException {
    characters += token.length();
    for (int i = 0; i < token.length(); i++) {
      bytes += token.charAt(i) < 0x80 ? 1 : token.charAt(i) < 0x800 ? 2 : 3;
    }
    if (id >= MAX_IDS || characters > MAX_CHARACTERS || token.length() > MAX_TOKEN_LENGTH) {
      throw new IOException("model.vocab must have at most " + MAX_IDS + " tokens, "
          + MAX_CHARACTERS + " characters and " + MAX_TOKEN_LENGTH + " a token: "
          + TokenizerFile.quote(token));
    }
    ids.put(token, id);
  }

  /** Adds a token of WordPiece, of which no id comes twice. */
  private void addWord(String token, int id) throws IOException {
    if (ids.containsKey(token) || used.get(id)) {
      throw new IOException("model.vocab must have every token and id once: "
          + TokenizerFile.quote(token) + " with " + id);
    }
    put(token, id);
    used.set(id);
  }

  private void writeWordPiece(Fields fields) throws IOException {
    if (ids.isEmpty() || !pieces.isEmpty()) {
      throw new IOException("it has no model.vocab");
    }
    writeWordPiece(
        fields.string("unk_token"),
        fields.string("continuing_subword_prefix"),
        fields.integer("max_input_chars_per_word", 1, MAX_WORD_LENGTH));
  }

  private void writeWordPiece(String unknownToken, String prefix, int maxWordLength)
      throws IOException {
    if (!ids.containsKey(unknownToken)) {
      throw new IOException("it names no unknown token (model.unk_id or unk_token) of its own: "
          + TokenizerFile.quote(unknownToken));
    }
    unknown = unknownToken;
    TokenizerJson.append(out.append("{\"type\":\"WordPiece\",\"unk_token\":"), unknownToken);
    TokenizerJson.append(
        out.append(",\"continuing_subword_prefix\":"), TextSteps.checkedPrefix("model", prefix));
    out.append(",\"max_input_chars_per_word\":").append(maxWordLength).append(",\"vocab\":{");
    String comma = "";
    for (Map.Entry<String, Integer> word : ids.entrySet()) {
      TokenizerJson.append(out.append(comma), word.getKey()).append(':').append(word.getValue());
      comma = ",";
    }
    out.append("}}");
  }

  /** Writes every piece of Unigram as soon as it is read, so that none is kept twice. */
  private void copyPieces(TokenizerJson json) throws IOException {
    out.append("{\"type\":\"Unigram\",\"vocab\":[");
    json.forEachItem(() -> {
      int[] place = {0};
      out.append(pieces.isEmpty() ? "[" : ",[");
      json.forEachItem(() -> {
        switch (place[0]++) {
          case 0 -> {
            String piece = json.string();
            put(piece, pieces.size());
            pieces.add(piece);
            TokenizerJson.append(out, piece);
          }
          case 1 -> out.append(',').append(score(json.digits()));
          default -> throw new IOException("a piece in model.vocab must be a text and a score");
        }
      });
      if (place[0] != 2) {
        throw new IOException("a piece in model.vocab must be a text and a score");
      }
      out.append(']');
    });
    out.append(']');
  }

  private static String score(String digits) throws IOException {
    if (!(Math.abs(Double.parseDouble(digits)) <= MAX_SCORE)) {
      throw new IOException("a score in model.vocab must be a likelihood: " + digits);
    }
    return digits;
  }

  private void writeUnigram(Fields fields) throws IOException {
    if (pieces.isEmpty()) {
      throw new IOException("it has no model.vocab");
    }
    if (!fields.has("unk_id")) {
      throw new IOException("it names no unknown token (model.unk_id or unk_token) of its own");
    }
    if (bytes > MAX_TRIE_NODES && trieNodes(ids.keySet()) > MAX_TRIE_NODES) {
      throw new IOException("model.vocab must have at most " + MAX_TRIE_NODES
          + " bytes in pieces, common beginnings counted once");
    }
    int unknownId = fields.integer("unk_id", 0, pieces.size() - 1);
    unknown = pieces.get(unknownId);
    out.append(",\"unk_id\":").append(unknownId).append(",\"byte_fallback\":");
    out.append(Boolean.TRUE.equals(fields.findFlag("byte_fallback"))).append('}');
  }

  private static long trieNodes(Set<String> pieces) {
    byte[][] sorted = pieces.stream()
        .map(piece -> piece.getBytes(StandardCharsets.UTF_8))
        .sorted(Arrays::compareUnsigned)
        .toArray(byte[][]::new);
    long nodes = 0;
    byte[] before = {};
    for (byte[] piece : sorted) {
      int common = Arrays.mismatch(before, piece);
      nodes += common < 0 ? 0 : piece.length - common;
      before = piece;
    }
    return nodes;
  }
}
