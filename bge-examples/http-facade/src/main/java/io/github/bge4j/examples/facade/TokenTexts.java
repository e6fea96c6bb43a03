package io.github.bge4j.examples.facade;

import io.github.bge4j.ModelSource;
import io.github.bge4j.ModelVocabulary;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns token ids back into text, which is then tokenized anew: ids of text that was normalized
 * come back as they were; others may not. Thread-safe; reads the vocabulary on first use (30 MB for
 * BGE-M3).
 */
final class TokenTexts {

  private static final char WORD_START = '\u2581';
  private static final String CONTINUATION = "##";
  private static final Set<String> SPECIAL =
      Set.of("<s>", "</s>", "<pad>", "[CLS]", "[SEP]", "[PAD]");

  /** The id of {@code [CLS]} in BERT's vocabularies. */
  private static final int WORD_PIECE_CLS = 101;

  private final ModelSource source;
  private @Nullable Map<Integer, String> tokens;

  TokenTexts(ModelSource source) {
    this.source = source;
  }

  String decode(int[] ids) {
    Map<Integer, String> known = tokens();
    boolean wordPiece = "[CLS]".equals(known.get(WORD_PIECE_CLS));
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      String token = known.get(id);
      if (token == null) {
        throw new IllegalArgumentException(
            "token ids must be of this model's vocabulary: " + id + "; send the text instead");
      }
      append(text, token, wordPiece);
    }
    return text.toString().strip();
  }

  private static void append(StringBuilder text, String token, boolean wordPiece) {
    if (SPECIAL.contains(token)) {
      return;
    }
    if (!wordPiece) {
      text.append(token.replace(WORD_START, ' '));
    } else if (token.startsWith(CONTINUATION)) {
      text.append(token, CONTINUATION.length(), token.length());
    } else {
      text.append(' ').append(token);
    }
  }

  private synchronized Map<Integer, String> tokens() {
    Map<Integer, String> known = tokens;
    if (known == null) {
      known = new HashMap<>();
      for (Map.Entry<String, Integer> entry : ModelVocabulary.read(source).ids().entrySet()) {
        known.put(entry.getValue(), entry.getKey());
      }
      tokens = known;
    }
    return known;
  }
}
