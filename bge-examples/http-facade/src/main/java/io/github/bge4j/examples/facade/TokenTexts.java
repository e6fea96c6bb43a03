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

  /** A WordPiece vocabulary marks what goes on with a word, others what begins one. */
  private record Vocabulary(Map<Integer, String> tokens, boolean wordPiece) {}

  private final ModelSource source;
  private @Nullable Vocabulary vocabulary;

  TokenTexts(ModelSource source) {
    this.source = source;
  }

  String decode(int[] ids) {
    Vocabulary known = vocabulary();
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      String token = known.tokens().get(id);
      if (token == null) {
        throw new IllegalArgumentException(
            "token ids must be of this model's vocabulary: " + id + "; send the text instead");
      }
      append(text, token, known.wordPiece());
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

  private synchronized Vocabulary vocabulary() {
    Vocabulary known = vocabulary;
    if (known == null) {
      Map<String, Integer> ids = ModelVocabulary.read(source).ids();
      Map<Integer, String> tokens = new HashMap<>();
      ids.forEach((token, id) -> tokens.put(id, token));
      known = new Vocabulary(tokens, ids.containsKey("[CLS]"));
      vocabulary = known;
    }
    return known;
  }
}
