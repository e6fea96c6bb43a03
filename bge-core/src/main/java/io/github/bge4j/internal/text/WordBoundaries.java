package io.github.bge4j.internal.text;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a text can be cut so that the tokens of its beginning are the first of the whole text's.
 *
 * <p>That is at a single space where each of the two characters on either side stays one that is
 * seen, whatever the normalizer: it belongs to no grapheme of which the space is a part, is not
 * deleted, and does not become a space. The tokenizer must then take each word for itself, and look
 * for no added token that has a space. Where it does not, or there are no such spaces (in Chinese),
 * no boundary is found, and a text is tokenized whole. Immutable.
 */
final class WordBoundaries {

  private final boolean separate;
  private final @Nullable Charsmap charsmap;

  /**
   * Makes the boundaries of a tokenizer.
   *
   * @param added the tokens that are looked for before a text is split
   */
  WordBoundaries(TextSteps steps, Set<String> added) {
    this.charsmap = steps.charsmap();
    this.separate = steps.splitsWords()
        && !steps.replacesWhatOthersMade()
        && isKept(' ')
        && added.stream()
            .allMatch(token -> token.chars().allMatch(c -> isAsciiSign(c) && isKept((char) c)));
  }

  /**
   * Returns how long the longest beginning is that ends at a boundary; the space follows it.
   *
   * @param most chars that it may have
   * @return 0 if there is none
   */
  int before(String text, int most) {
    int at = separate ? Math.min(most, text.length() - 3) : 0;
    while (at >= 2 && !isBoundary(text, at)) {
      at--;
    }
    return at >= 2 ? at : 0;
  }

  private boolean isBoundary(String text, int at) {
    return text.charAt(at) == ' '
        && stays(text.charAt(at - 2))
        && stays(text.charAt(at - 1))
        && stays(text.charAt(at + 1))
        && stays(text.charAt(at + 2));
  }

  /**
   * Neither marks that join what is before them, nor what normal forms decompose into a space, nor
   * Chinese characters, which BERT's normalizer puts spaces around.
   */
  private boolean stays(char c) {
    boolean letter = Character.isLetterOrDigit(c)
        && c != '\u037a'
        && (c < 0x530
            || (c >= 0x3041 && c < 0x3097)
            || (c >= 0x30a1 && c < 0x30fb)
            || (c >= 0xac00 && c < 0xd7a4));
    boolean chineseSign = c == 0x3001 || c == 0x3002 || (c >= 0xff01 && c < 0xff5f);
    return (isAsciiSign(c) || letter || chineseSign) && isKept(c);
  }

  private static boolean isAsciiSign(int c) {
    return c > ' ' && c < 0x7f;
  }

  private boolean isKept(char c) {
    return charsmap == null || charsmap.replacement(String.valueOf(c)) == null;
  }
}
