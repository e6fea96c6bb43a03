package io.github.bge4j.sparse;

import java.util.Arrays;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import java.util.stream.IntStream;

/**
 * A mapping from token ids to the indices under which a vector database stores their weights.
 *
 * <pre>{@code
 * SparseTokenMapper mapper = SparseTokenMapper.tokenizer();
 * SparseVector vector = mapper.map(embedding.lexicalWeights());
 * }</pre>
 *
 * <p>Which one to choose:
 *
 * <ul>
 *   <li>{@link #tokenizer() tokenizer}, the index is the token id, for every new index. No two
 *       tokens share an index, and an index can be read back as a token.
 *   <li>{@link #hash() hash} to read or extend an index whose indices are hashes of token ids, as
 *       bge_inference_service makes them unless told otherwise. In its index space of 2^20, 52,962
 *       of BGE-M3's 250,002 tokens share an index with another ({@link #collisions}).
 *   <li>{@link #legacyTokenizer legacy-tokenizer} only to read or extend an index that the service
 *       built in its mode {@code tokenizer}. It drops nearly all tokens, so search suffers: better
 *       build such an index anew.
 *   <li>{@link #of of} for a rule of your own.
 * </ul>
 *
 * <p>An index built with one mapping cannot be queried with another. A score is the sum over equal
 * indices, and what an index stands for is known to the mapping alone: 594659 is token 4865 in
 * {@code hash} and no token at all in {@code tokenizer}. Nothing fails: the database ranks the
 * texts whose numbers happen to meet. The same holds for two index spaces of {@code hash}, and for
 * two models with different vocabularies. So keep {@link #name} and {@link #indexSpace} with the
 * index, and compare before you query.
 *
 * <p>Immutable and thread-safe, as long as a rule of your own is.
 */
public final class SparseTokenMapper {

  /** 2^20, the index space of bge_inference_service: room for every vocabulary of a BGE model. */
  public static final long DEFAULT_INDEX_SPACE = 1L << 20;

  /** 2^32: what unsigned 32-bit indices can tell apart. */
  public static final long MAX_INDEX_SPACE = 1L << 32;

  /** What a mapping gives for a token that it leaves out. */
  public static final long NO_INDEX = -1;

  private final String name;
  private final long indexSpace;
  private final IndexRule rule;

  private SparseTokenMapper(String name, long indexSpace, IndexRule rule) {
    this.name = name;
    this.indexSpace = checkIndexSpace(indexSpace);
    this.rule = rule;
  }

  /**
   * Makes a mapping by a rule of your own:
   *
   * <pre>{@code
   * SparseTokenMapper even = SparseTokenMapper.of("even", 1000, id -> id % 2 == 0 ? id : NO_INDEX);
   * }</pre>
   *
   * @param name what to tell it from other mappings by
   * @param indexSpace number of indices, from 1 to 2^32
   * @param indexOfToken gives for a token id, from 0 to 2^32 - 1, an index from 0 to
   *     {@code indexSpace - 1} or {@link #NO_INDEX}; always the same one, from any thread
   * @return the mapping
   * @throws IllegalArgumentException if the name is blank or the index space out of bounds
   */
  public static SparseTokenMapper of(String name, long indexSpace, LongUnaryOperator indexOfToken) {
    if (name.isBlank()) {
      throw new IllegalArgumentException(
          "a mapping must have a name: it is blank; give it one, by which indexes are told apart");
    }
    return new SparseTokenMapper(name, indexSpace, IndexRule.each(indexOfToken));
  }

  /**
   * Returns the mapping {@code tokenizer} in an index space of 2^20.
   *
   * @return a mapping without collisions
   */
  public static SparseTokenMapper tokenizer() {
    return tokenizer(DEFAULT_INDEX_SPACE);
  }

  /**
   * Returns the mapping {@code tokenizer}: the index is the token id.
   *
   * @param indexSpace number of indices, above the largest token id, at most 2^32; the mapping of a
   *     token beyond it fails
   * @return a mapping without collisions
   * @throws IllegalArgumentException if the index space is out of bounds
   */
  public static SparseTokenMapper tokenizer(long indexSpace) {
    return of("tokenizer", indexSpace, id -> id);
  }

  /**
   * Returns the mapping {@code hash} in an index space of 2^20.
   *
   * @return the mapping that bge_inference_service has by default
   */
  public static SparseTokenMapper hash() {
    return hash(DEFAULT_INDEX_SPACE);
  }

  /**
   * Returns the mapping {@code hash}: the first 8 hex digits of SHA-256 over the token id's decimal
   * string, as an unsigned number, modulo the index space. Token 4865 gets 594659 in 2^20.
   *
   * <p>A hash is computed when its token first occurs. Those of BGE-M3's 250,002 ids are then kept
   * for all mappings of the JVM, in 4 bytes each, 1 MB once; a larger id costs a SHA-256 each time.
   *
   * @param indexSpace number of indices, from 1 to 2^32
   * @return the mapping
   * @throws IllegalArgumentException if the index space is out of bounds
   */
  public static SparseTokenMapper hash(long indexSpace) {
    return new SparseTokenMapper("hash", indexSpace, IndexRule.hash(indexSpace));
  }

  /**
   * Returns the mapping {@code hash-text}: as {@code hash}, but over the token's own text. For
   * weights whose keys are texts, and not ids, there is {@link TextHash}.
   *
   * @param vocabulary token ids, from 0, by the tokens' texts; not kept, but 4 bytes for each id up
   *     to the largest. A token id that it lacks gets no index
   * @param indexSpace number of indices, from 1 to 2^32
   * @return the mapping, which has computed every token's hash
   * @throws IllegalArgumentException if the index space is out of bounds or an id is negative
   */
  public static SparseTokenMapper hashText(Map<String, Integer> vocabulary, long indexSpace) {
    checkIndexSpace(indexSpace);
    VocabularyHashes hashes = VocabularyHashes.of(vocabulary);
    return of("hash-text", indexSpace, id -> hashes.index(id, indexSpace));
  }

  /**
   * Returns the mapping {@code legacy-tokenizer} in an index space of 2^20.
   *
   * @param vocabulary token ids by the tokens' texts; not kept
   * @param unknownToken the text of the token for unknown ones, for example {@code <unk>}
   * @return the mapping that bge_inference_service calls {@code tokenizer}
   */
  public static SparseTokenMapper legacyTokenizer(
      Map<String, Integer> vocabulary, String unknownToken) {
    return legacyTokenizer(vocabulary, unknownToken, DEFAULT_INDEX_SPACE);
  }

  /**
   * Returns the mapping {@code legacy-tokenizer}: what bge_inference_service does in its mode
   * {@code tokenizer}. It takes the token id's decimal string for the text of a token and looks its
   * id up: with {@code "5"} as token 304 of the vocabulary, token 5 gets the index 304. Most such
   * strings are no token; those, and any whose id is that of the unknown token, get no index. The
   * special tokens have no part in it.
   *
   * <p>The service states the index space it is set to, and does not use it in this mode.
   *
   * @param vocabulary token ids by the tokens' texts, added tokens included; not kept, but for the
   *     few tokens that are numbers
   * @param unknownToken the text of the token for unknown ones, for example {@code <unk>}
   * @param indexSpace number of indices, above the largest id of a token that is a number, at most
   *     2^32
   * @return the mapping
   * @throws IllegalArgumentException if the index space is out of bounds or too small, or the
   *     vocabulary lacks the unknown token
   */
  public static SparseTokenMapper legacyTokenizer(
      Map<String, Integer> vocabulary, String unknownToken, long indexSpace) {
    NumberTokens numbers = NumberTokens.of(vocabulary, unknownToken, checkIndexSpace(indexSpace));
    return of("legacy-tokenizer", indexSpace, numbers::index);
  }

  static long checkIndexSpace(long indexSpace) {
    if (indexSpace < 1 || indexSpace > MAX_INDEX_SPACE) {
      throw new IllegalArgumentException("index space must be from 1 to " + MAX_INDEX_SPACE + ": "
          + indexSpace + "; leave it out for " + DEFAULT_INDEX_SPACE);
    }
    return indexSpace;
  }

  /**
   * Returns what to tell this mapping from others by.
   *
   * @return not blank
   */
  public String name() {
    return name;
  }

  /**
   * Returns the number of indices.
   *
   * @return from 1 to 2^32
   */
  public long indexSpace() {
    return indexSpace;
  }

  /**
   * Returns the index of a token.
   *
   * @param tokenId from 0 to 2^32 - 1
   * @return from 0 to {@code indexSpace() - 1}, or {@link #NO_INDEX} if the token is left out
   * @throws IllegalArgumentException if the token id is out of bounds, or its index is
   */
  public long index(long tokenId) {
    if (tokenId < 0 || tokenId >= MAX_INDEX_SPACE) {
      throw new IllegalArgumentException("token id must be from 0 to " + (MAX_INDEX_SPACE - 1)
          + ": " + tokenId + "; pass an id of the tokenizer");
    }
    return indices((int) tokenId)[0];
  }

  private long[] indices(int... tokenIds) {
    long[] indices = rule.indices(tokenIds);
    for (int i = 0; i < indices.length; i++) {
      if (indices[i] < NO_INDEX || indices[i] >= indexSpace) {
        throw new IllegalArgumentException("mapping " + name
            + " must give an index below its index space " + indexSpace + ": " + indices[i]
            + " for token " + Integer.toUnsignedString(tokenIds[i])
            + "; choose a larger index space");
      }
    }
    return indices;
  }

  /**
   * Maps the weights of a text. Weights of tokens that share an index are added, in double and in
   * ascending order of the token id, and rounded to float once: the result depends on the weights
   * alone. (The service adds in the order of the text and rounds when the database does; a double
   * holds the sum of some weights exactly, so both get the same.)
   *
   * @param weights by token id, as {@code Embedding.lexicalWeights()} gives them
   * @return one entry an index; O(n log n) time, about 30 bytes a token
   * @throws IllegalArgumentException if a token's index is outside the index space, or a sum is too
   *     large for a float
   */
  public SparseVector map(SparseVector weights) {
    return Entries.sort(indices(weights.rawIndices()), weights.rawValues()).summed();
  }

  /**
   * Counts the tokens of a vocabulary that share an index.
   *
   * @param vocabularySize number of token ids, which count from 0: 250,002 for BGE-M3
   * @return what was counted; maps every token, O(n log n) time, 12 bytes a token
   * @throws IllegalArgumentException if {@code vocabularySize} is negative, or a token's index is
   *     outside the index space
   */
  public MappingCollisions collisions(int vocabularySize) {
    if (vocabularySize < 0) {
      throw new IllegalArgumentException("vocabulary size must not be negative: " + vocabularySize
          + "; pass the number of tokens");
    }
    long[] indices = indices(IntStream.range(0, vocabularySize).toArray());
    Arrays.sort(indices);
    return MappingCollisions.ofSorted(indices);
  }

  @Override
  public String toString() {
    return "SparseTokenMapper[" + name + ", index space " + indexSpace + "]";
  }
}
