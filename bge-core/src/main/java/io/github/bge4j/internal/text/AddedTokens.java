package io.github.bge4j.internal.text;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that are looked for in a text before it is split: special ones and others that were
 * added to a vocabulary. Reads each, checks it, and writes what was understood. Lives while a file
 * is read; not thread-safe.
 */
final class AddedTokens {

  /** The native library compares each with all others. */
  static final int MAX = 4096;

  private static final int MAX_LENGTH = 256;

  private final TokenModel model;
  private final @Nullable TextSteps normalizer;
  private final Map<String, Integer> ids = new HashMap<>();
  private int largest = -1;

  /**
   * Begins with none.
   *
   * @param normalizer of the file; null where no token is normalized
   */
  AddedTokens(TokenModel model, @Nullable TextSteps normalizer) {
    this.model = model;
    this.normalizer = normalizer;
  }

  /** Returns the ids that the native library gives to the tokens, by their texts. */
  Map<String, Integer> ids() {
    return ids;
  }

  String copied(List<Fields> tokens) throws IOException {
    List<String> items = new ArrayList<>();
    for (Fields token : tokens) {
      String content = token.string("content");
      int id = add(content);
      int given = token.integer("id", 0, TokenModel.MAX_IDS - 1);
      if (given != id) {
        throw new IOException(token.where() + " must have the id that its place gives it, " + id
            + ": " + given + " for " + TokenizerFile.quote(content));
      }
      boolean normalized = token.flag("normalized");
      if (normalized) {
        checkLasts(token.where(), content);
      }
      items.add("{\"id\":" + id + ",\"content\":" + TokenizerJson.literal(content)
          + ",\"single_word\":" + token.flag("single_word")
          + ",\"lstrip\":" + token.flag("lstrip")
          + ",\"rstrip\":" + token.flag("rstrip")
          + ",\"normalized\":" + normalized
          + ",\"special\":" + token.flag("special") + "}");
      token.end();
    }
    return "[" + String.join(",", items) + "]";
  }

  /** Writes special tokens as transformers adds them; one that is there already is not repeated. */
  String special(List<String> contents) throws IOException {
    List<String> items = new ArrayList<>();
    for (String content : contents) {
      if (!ids.containsKey(content)) {
        items.add("{\"id\":" + add(content) + ",\"content\":" + TokenizerJson.literal(content)
            + ",\"single_word\":false,\"lstrip\":false,\"rstrip\":false,\"normalized\":false"
            + ",\"special\":true}");
      }
    }
    return "[" + String.join(",", items) + "]";
  }

  /** Counts as the native library does, which does not look at the ids in the file. */
  private int add(String content) throws IOException {
    if (content.isEmpty() || content.length() > MAX_LENGTH || ids.containsKey(content)) {
      throw new IOException("an added token must have 1 to " + MAX_LENGTH
          + " characters and come once: " + TokenizerFile.quote(content));
    }
    Integer known = model.ids().get(content);
    int id = known == null ? Math.max(largest + 1, model.entries()) : known;
    if (id >= TokenModel.MAX_IDS) {
      throw new IOException("there must be at most " + TokenModel.MAX_IDS + " tokens");
    }
    ids.put(content, id);
    largest = Math.max(largest, id);
    return id;
  }

  /**
   * A token that is looked for in the normalized text is normalized itself. If nothing were left of
   * it, the native library would find it between the bytes of a letter, and end the process.
   */
  private void checkLasts(String where, String content) throws IOException {
    if (normalizer != null && normalizer.replacesWhatOthersMade()) {
      throw new IOException(where
          + " must not be normalized where a charsmap is not the first normalizer: "
          + TokenizerFile.quote(content));
    }
    Charsmap charsmap = normalizer == null ? null : normalizer.charsmap();
    // Small letters may be asked for beside the file.
    if (!lasts(content, charsmap) || !lasts(content.toLowerCase(Locale.ROOT), charsmap)) {
      throw new IOException(where
          + " must begin with a letter, digit or visible sign where it is normalized: "
          + TokenizerFile.quote(content));
    }
  }

  private static boolean lasts(String content, @Nullable Charsmap charsmap) {
    String replaced = charsmap == null ? null : charsmap.replacement(content);
    return lasts(content) && (replaced == null || lasts(replaced));
  }

  /** Returns whether it begins with a character that no normalizer deletes. */
  private static boolean lasts(String text) {
    int first = text.isEmpty() ? 0 : text.charAt(0);
    boolean ascii = first > ' ' && first < 0x7f;
    boolean letter = Character.isLetter(first)
        && (first < 0x530
            || (first >= 0x3040 && first < 0x3100)
            || (first >= 0x3400 && first < 0x4db6)
            || (first >= 0x4e00 && first < 0x9fa6)
            || (first >= 0xac00 && first < 0xd7a4));
    return ascii || letter || first == '▁';
  }
}
