package io.github.bge4j.lucene;

import io.github.bge4j.BgeReranker;
import io.github.bge4j.Embedding;
import io.github.bge4j.InvalidOptionException;
import io.github.bge4j.Output;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What to search for, and how. Immutable.
 *
 * <pre>{@code
 * SearchRequest.builder("What do pandas eat?").mode(SearchMode.HYBRID).hits(5).build()
 * }</pre>
 *
 * @param text the question
 * @param embedding the question as the index's model embeds queries; null to let the index do that
 * @param mode what is compared
 * @param hits how many documents to return at most
 * @param candidates how many documents each ranking gives, of which the first as many are scored
 *     again
 * @param exact whether dense search looks at every document instead of the graph (HNSW)
 * @param fusion how a hybrid search makes one ranking of two
 * @param filter values that a document must have, any of them for each name
 * @param lateInteraction whether the candidates are ordered by their ColBERT vectors
 * @param reranker orders the candidates last; not closed
 */
public record SearchRequest(
    String text,
    @Nullable Embedding embedding,
    SearchMode mode,
    int hits,
    int candidates,
    boolean exact,
    Fusion fusion,
    Map<String, Set<String>> filter,
    boolean lateInteraction,
    @Nullable BgeReranker reranker) {

  /** How many hits there are unless told otherwise. */
  public static final int DEFAULT_HITS = 10;

  /** How many candidates each ranking gives unless told otherwise. */
  public static final int DEFAULT_CANDIDATES = 100;

  /**
   * Checks the request.
   *
   * @param text the question
   * @param embedding the question embedded, or null
   * @param mode what is compared
   * @param hits at least 1
   * @param candidates at least 1
   * @param exact whether every document is looked at
   * @param fusion makes one ranking of two
   * @param filter values by name
   * @param lateInteraction whether the index must have ColBERT vectors
   * @param reranker orders the candidates last, or null
   */
  public SearchRequest {
    checkPositive("hits", hits);
    checkPositive("candidates", candidates);
    candidates = Math.max(candidates, hits);
    filter = Map.copyOf(filter);
  }

  private static void checkPositive(String what, int number) {
    if (number < 1) {
      throw new IllegalArgumentException(what + " must be at least 1: " + number);
    }
  }

  /** Returns what of the question is compared in an index that has these outputs. */
  Output[] outputs(Set<Output> stored) {
    boolean hybrid = mode == SearchMode.HYBRID;
    Set<Output> compared = EnumSet.noneOf(Output.class);
    if (mode == SearchMode.DENSE || hybrid) {
      compared.add(Output.DENSE);
    }
    if (mode == SearchMode.SPARSE || (hybrid && stored.contains(Output.SPARSE))) {
      compared.add(Output.SPARSE);
    }
    if (lateInteraction) {
      compared.add(Output.MULTI_VECTOR);
    }
    if (!stored.containsAll(compared)) {
      throw new InvalidOptionException("a search can compare what the index has, " + stored + ": "
          + compared + " were asked for; choose another mode, or make the index with them");
    }
    return compared.toArray(new Output[0]);
  }

  /**
   * Returns a builder of a hybrid search for ten documents.
   *
   * @param text the question, without the instruction of the model
   * @return a new builder
   */
  public static Builder builder(String text) {
    return new Builder(text);
  }

  /** Settings of a {@link SearchRequest}. Not thread-safe. */
  public static final class Builder {

    private final String text;
    private final Map<String, Set<String>> filter = new TreeMap<>();
    private SearchMode mode = SearchMode.HYBRID;
    private int hits = DEFAULT_HITS;
    private int candidates = DEFAULT_CANDIDATES;
    private boolean exact;
    private Fusion fusion = Fusion.reciprocalRank();
    private boolean lateInteraction;
    private @Nullable BgeReranker reranker;
    private @Nullable Embedding embedding;

    private Builder(String text) {
      this.text = text;
    }

    /**
     * Sets what is compared. Default: {@link SearchMode#HYBRID}.
     *
     * @param mode any
     * @return this
     */
    public Builder mode(SearchMode mode) {
      this.mode = mode;
      return this;
    }

    /**
     * Sets how many documents to return. Default: {@value #DEFAULT_HITS}.
     *
     * @param most at least 1
     * @return this
     */
    public Builder hits(int most) {
      this.hits = most;
      return this;
    }

    /**
     * Sets how many documents each ranking gives, and how many are scored again. Default:
     * {@value #DEFAULT_CANDIDATES}, or as many as there are hits if that is more.
     *
     * @param most at least 1
     * @return this
     */
    public Builder candidates(int most) {
      this.candidates = most;
      return this;
    }

    /**
     * Compares the dense vectors of all documents, instead of those that the graph leads to.
     *
     * @return this
     */
    public Builder exact() {
      this.exact = true;
      return this;
    }

    /**
     * Sets how a hybrid search makes one ranking of two. Default: {@link Fusion#reciprocalRank()}.
     *
     * @param fusion any
     * @return this
     */
    public Builder fusion(Fusion fusion) {
      this.fusion = fusion;
      return this;
    }

    /**
     * Returns only documents with one of these values; of several names all must hold.
     *
     * @param name of the metadata
     * @param anyOf values
     * @return this
     */
    public Builder where(String name, String... anyOf) {
      filter.put(name, Set.of(anyOf));
      return this;
    }

    /**
     * Sets the question as it was embedded before, so that the index need not do it again.
     *
     * @param embedding of the index's model as {@link io.github.bge4j.InputType#QUERY}, with the
     *     outputs that are compared
     * @return this
     */
    public Builder embedding(Embedding embedding) {
      this.embedding = embedding;
      return this;
    }

    /**
     * Orders the candidates by their ColBERT vectors, of an index that has them.
     *
     * @return this
     */
    public Builder lateInteraction() {
      this.lateInteraction = true;
      return this;
    }

    /**
     * Orders the candidates by a cross-encoder, after everything else.
     *
     * @param reranker stays open, and the caller's
     * @return this
     */
    public Builder rerankedBy(BgeReranker reranker) {
      this.reranker = reranker;
      return this;
    }

    /**
     * Makes the request.
     *
     * @return a request
     * @throws IllegalArgumentException if a number is below 1
     */
    public SearchRequest build() {
      return new SearchRequest(
          text,
          embedding,
          mode,
          hits,
          candidates,
          exact,
          fusion,
          filter,
          lateInteraction,
          reranker);
    }
  }
}
