package io.github.bge4j.qdrant;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.InvalidTextException;
import io.github.bge4j.Token;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts documents into chunks of at most so many tokens, title and special tokens included, which
 * overlap. A cut falls at the end of a sentence with its closing marks, or else between words, in
 * the last quarter of a chunk; where there is neither, between tokens. Nothing between the first
 * and the last token of a text is lost.
 */
final class Chunker {

  /** A title takes no more than this share of a chunk; what is longer is cut. */
  private static final int TITLE_SHARE = 4;

  /** What ends a sentence if a gap follows: not the point in 3.14. */
  private static final String SENTENCE_ENDS = ".!?";

  /** What ends a sentence wherever it stands. */
  private static final String WIDE_SENTENCE_ENDS = "。！？";

  /** What may stand between the end of a sentence and the next one. */
  private static final String CLOSING_MARKS = "\"')]”’»」』）";

  private final BgeEmbedder embedder;
  private final int maxTokens;
  private final int overlapTokens;
  private final boolean titles;

  Chunker(BgeEmbedder embedder, int maxTokens, int overlapTokens, boolean titles) {
    this.embedder = embedder;
    this.maxTokens = maxTokens;
    this.overlapTokens = overlapTokens;
    this.titles = titles;
  }

  /** Returns the chunks of a document in their order, at least one. */
  List<Chunk> chunks(SourceDocument document) {
    try {
      return cut(document);
    } catch (InvalidTextException e) {
      throw new InvalidTextException(
          e.textIndex(), "document " + document.id() + ": " + e.getMessage());
    }
  }

  private List<Chunk> cut(SourceDocument document) {
    String prefix = prefix(document.title());
    String text = document.text();
    String whole = prefix + text;
    int count = embedder.countTokens(whole);
    if (count <= maxTokens) {
      return List.of(new Chunk(document, 0, text, whole, count, true));
    }
    int budget = maxTokens - embedder.countTokens(prefix);
    Parts parts = new Parts(text, embedder.tokenize(text));
    List<Chunk> chunks = new ArrayList<>();
    int from = 0;
    while (true) {
      int to = parts.cut(from, budget);
      String part = parts.text(from, to);
      count = embedder.countTokens(prefix + part);
      // What stands alone may have some more tokens than it has in its text.
      while (count > maxTokens && to - from > 1) {
        to = Math.max(from + 1, to - (count - maxTokens));
        part = parts.text(from, to);
        count = embedder.countTokens(prefix + part);
      }
      boolean last = to == parts.size();
      chunks.add(new Chunk(document, chunks.size(), part, prefix + part, count, last));
      if (last) {
        return chunks;
      }
      from = parts.wordStart(Math.max(from + 1, to - overlapTokens), to);
    }
  }

  private String prefix(String title) {
    if (!titles || title.isBlank()) {
      return "";
    }
    Parts parts = new Parts(title, embedder.tokenize(title));
    int most = Math.min(parts.size(), maxTokens / TITLE_SHARE);
    return parts.text(0, most) + " ";
  }

  /** The tokens of a text that stand for a part of it. Not thread-safe. */
  private static final class Parts {

    private final String text;
    private final List<Token> tokens;
    private int character;
    private int codePoint;

    Parts(String text, List<Token> tokens) {
      this.text = text;
      this.tokens = tokens.stream().filter(token -> !token.special()).toList();
    }

    int size() {
      return tokens.size();
    }

    String text(int from, int to) {
      if (from == to) {
        return "";
      }
      int start = moveTo(tokens.get(from).start());
      return text.substring(start, moveTo(tokens.get(to - 1).end()));
    }

    /** Goes to a code point from where it was last, and returns its char. */
    private int moveTo(int codePoint) {
      character = text.offsetByCodePoints(character, codePoint - this.codePoint);
      this.codePoint = codePoint;
      return character;
    }

    /** Returns where a chunk ends that starts here and has at most so many tokens. */
    int cut(int from, int most) {
      int limit = Math.min(size(), from + Math.max(1, most));
      if (limit == size()) {
        return limit;
      }
      int word = 0;
      for (int to = limit; to > Math.max(from, limit - most / 4); to--) {
        if (endsSentence(to)) {
          return to;
        }
        if (isGap(to)) {
          word = Math.max(word, to);
        }
      }
      return word > 0 ? word : limit;
    }

    /** Returns the first start of a word from here on, or else here. */
    int wordStart(int from, int end) {
      for (int start = from; start < end; start++) {
        if (isGap(start)) {
          return start;
        }
      }
      return from;
    }

    /** Tells whether something that is no token lies between this one and the one before. */
    private boolean isGap(int token) {
      return token == 0 || tokens.get(token - 1).end() < tokens.get(token).start();
    }

    /** Tells whether a sentence and its closing marks end with the token before this one. */
    private boolean endsSentence(int token) {
      int end = moveTo(tokens.get(token - 1).end());
      if (end < text.length() && CLOSING_MARKS.indexOf(text.charAt(end)) >= 0) {
        return false;
      }
      while (end > 0 && CLOSING_MARKS.indexOf(text.charAt(end - 1)) >= 0) {
        end--;
      }
      if (end == 0) {
        return false;
      }
      char last = text.charAt(end - 1);
      return WIDE_SENTENCE_ENDS.indexOf(last) >= 0
          || (SENTENCE_ENDS.indexOf(last) >= 0 && isGap(token));
    }
  }
}
