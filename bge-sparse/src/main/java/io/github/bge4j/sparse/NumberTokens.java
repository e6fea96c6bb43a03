package io.github.bge4j.sparse;

import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The tokens of a vocabulary whose texts are decimal token ids: a few hundred of the 250,002 of
 * XLM-RoBERTa. Immutable and thread-safe.
 *
 * @param numbers what the texts say, ascending
 * @param ids the tokens' own ids, in the order of {@code numbers}
 */
record NumberTokens(long[] numbers, long[] ids) {

  /** As a program writes a whole number: no sign, no leading zero. */
  private static final Pattern DECIMAL = Pattern.compile("0|[1-9][0-9]{0,9}");

  static NumberTokens of(Map<String, Integer> vocabulary, String unknownToken, long indexSpace) {
    Integer unknownId = vocabulary.get(unknownToken);
    if (unknownId == null) {
      throw new IllegalArgumentException("the vocabulary must have the unknown token: "
          + unknownToken + "; name the one of its tokenizer.json");
    }
    Map<Long, Long> idByNumber = new TreeMap<>();
    vocabulary.forEach((text, id) -> {
      if (DECIMAL.matcher(text).matches() && !id.equals(unknownId)) {
        idByNumber.put(Long.valueOf(text), checked(id, text, indexSpace));
      }
    });
    return new NumberTokens(toArray(idByNumber.keySet()), toArray(idByNumber.values()));
  }

  private static long checked(int id, String text, long indexSpace) {
    if (id < 0 || id >= indexSpace) {
      throw new IllegalArgumentException(
          "index space must hold the ids of tokens that are numbers: " + id + " of token " + text
              + " is not below " + indexSpace + "; choose a larger index space");
    }
    return id;
  }

  private static long[] toArray(Collection<Long> numbers) {
    return numbers.stream().mapToLong(Long::longValue).toArray();
  }

  /** Returns the id of the token whose text is a number, or {@link SparseTokenMapper#NO_INDEX}. */
  long index(long number) {
    int position = Arrays.binarySearch(numbers, number);
    return position < 0 ? SparseTokenMapper.NO_INDEX : ids[position];
  }
}
