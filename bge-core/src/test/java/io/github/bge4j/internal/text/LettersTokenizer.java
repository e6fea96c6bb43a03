package io.github.bge4j.internal.text;

import io.github.bge4j.Token;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** One token a char, {@code <text>} and {@code <query||passage>}; remembers what it was given. */
public final class LettersTokenizer implements Tokenizer {

  private final List<String> encoded = new CopyOnWriteArrayList<>();
  private volatile Consumer<String> onEncode = text -> {};

  static int[] ids(String text) {
    return text.chars().toArray();
  }

  /** Returns all texts that were tokenized so far. */
  public List<String> encoded() {
    return encoded;
  }

  /** Sets what happens before a text is tokenized. */
  public void onEncode(Consumer<String> action) {
    onEncode = action;
  }

  @Override
  public int[] encode(String text) {
    onEncode.accept(text);
    encoded.add(text);
    return ids(text);
  }

  @Override
  public List<Token> tokens(String text) {
    return IntStream.range(0, text.length())
        .mapToObj(i -> new Token(text.charAt(i), text.substring(i, i + 1), false, i, i + 1))
        .toList();
  }

  @Override
  public int size() {
    return 1 + Character.MAX_VALUE;
  }

  @Override
  public String decode(int id) {
    return Character.toString(id);
  }

  @Override
  public String decode(int[] ids, boolean skipSpecial) {
    return new String(ids, 0, ids.length);
  }

  @Override
  public Template template() {
    return new Template(ids("<"), ids(">"));
  }

  @Override
  public Template pairTemplate() {
    return new Template(ids("<"), ids("||"), ids(">"), true);
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
