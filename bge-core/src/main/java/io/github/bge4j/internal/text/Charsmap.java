package io.github.bge4j.internal.text;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.BitSet;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The replacements of characters in a SentencePiece model: a double-array trie (Darts-clone) of
 * what is replaced, and the texts that replace it, each closed by a zero byte. The native library
 * follows both without looking where it goes, so every step that a text can make is checked here.
 * Immutable.
 */
final class Charsmap {

  /** The published ones have 0.25 MB. */
  private static final int MAX_BYTES = 1 << 20;

  /** The longest of Unicode's own: three bytes become 33. */
  private static final int MAX_GROWTH = 12;

  /** The native library looks up no longer text than this. */
  private static final int MAX_KEY = 5;

  private final byte[] blob;
  private final int[] trie;
  private final byte[] texts;

  private Charsmap(byte[] blob, int[] trie, byte[] texts) {
    this.blob = blob;
    this.trie = trie;
    this.texts = texts;
  }

  static Charsmap read(String base64) throws IOException {
    if (base64.length() > MAX_BYTES / 3 * 4) {
      throw new IOException("its charsmap must have at most " + MAX_BYTES + " bytes");
    }
    byte[] blob;
    try {
      blob = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new IOException("its charsmap must be base64: " + e.getMessage(), e);
    }
    ByteBuffer data = ByteBuffer.wrap(blob).order(ByteOrder.LITTLE_ENDIAN);
    int trieBytes = blob.length < Integer.BYTES ? -1 : data.getInt();
    if (trieBytes < Integer.BYTES
        || trieBytes > data.remaining()
        || trieBytes % Integer.BYTES != 0) {
      throw new IOException("its charsmap must hold the trie that it announces: " + trieBytes
          + " of " + blob.length + " bytes");
    }
    int[] trie = new int[trieBytes / Integer.BYTES];
    data.asIntBuffer().get(trie);
    data.position(data.position() + trieBytes);
    byte[] texts = new byte[data.remaining()];
    data.get(texts);
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(texts));
    } catch (CharacterCodingException e) {
      throw new IOException("its charsmap must replace by texts in UTF-8: " + e.getMessage(), e);
    }
    Charsmap charsmap = new Charsmap(blob, trie, texts);
    charsmap.checkEveryStep();
    return charsmap;
  }

  /** Visits states in order of their depth, so that each is first seen by its shortest key. */
  private void checkEveryStep() throws IOException {
    BitSet seen = new BitSet();
    Queue<int[]> states = new ArrayDeque<>();
    visit(offset(trie[0]), 0, seen, states);
    for (int[] state = states.poll(); state != null; state = states.poll()) {
      for (int label = 1; label < 256; label++) {
        int next = state[0] ^ label;
        if (hasLabel(trie[next], label)) {
          int target = next ^ offset(trie[next]);
          visit(target, state[1] + 1, seen, states);
          if (hasLeaf(trie[next])) {
            checkText(value(trie[target]), state[1] + 1);
          }
        }
      }
    }
  }

  private void visit(int state, int depth, BitSet seen, Queue<int[]> states) throws IOException {
    if ((state | 0xff) >= trie.length) {
      throw new IOException(
          "its charsmap must not point outside its trie: to " + state + " of " + trie.length);
    }
    if (!seen.get(state)) {
      seen.set(state);
      states.add(new int[] {state, depth});
    }
  }

  private void checkText(int start, int keyLength) throws IOException {
    boolean inside =
        start <= texts.length && (start == texts.length || (texts[start] & 0xc0) != 0x80);
    if (!inside || end(start) - start > MAX_GROWTH * keyLength) {
      throw new IOException("its charsmap must replace by whole texts of at most " + MAX_GROWTH
          + " times the length: at " + start + " of " + texts.length);
    }
  }

  private int end(int start) {
    int end = start;
    while (end < texts.length && texts[end] != 0) {
      end++;
    }
    return end;
  }

  /** Returns what replaces the beginning of a text, or null if it stays. */
  @Nullable String replacement(String text) {
    byte[] key = text.getBytes(StandardCharsets.UTF_8);
    int state = offset(trie[0]);
    for (int i = 0; i < Math.min(MAX_KEY, key.length) && key[i] != 0; i++) {
      int label = key[i] & 0xff;
      int unit = trie[state ^ label];
      if (!hasLabel(unit, label)) {
        return null;
      }
      state ^= label ^ offset(unit);
      if (hasLeaf(unit)) {
        int start = value(trie[state]);
        return new String(texts, start, end(start) - start, StandardCharsets.UTF_8);
      }
    }
    return null;
  }

  String base64() {
    return Base64.getEncoder().encodeToString(blob);
  }

  private static boolean hasLabel(int unit, int label) {
    return (unit & 0x800000ff) == label;
  }

  private static boolean hasLeaf(int unit) {
    return (unit & 0x100) != 0;
  }

  private static int value(int unit) {
    return unit & 0x7fffffff;
  }

  private static int offset(int unit) {
    return (unit >>> 10) << ((unit & 0x200) >>> 6);
  }
}
