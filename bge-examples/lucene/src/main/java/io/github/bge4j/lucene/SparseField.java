package io.github.bge4j.lucene;

import io.github.bge4j.sparse.SparseVector;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;

/**
 * A field of a Lucene index for learned sparse vectors, as the lexical weights of BGE-M3 are.
 *
 * <p>It holds a vector twice. An inverted index has each weight as a term frequency, a multiple of
 * {@link #STEP}: the score of {@link #query} is the dot product with every document weight rounded
 * to the nearest such multiple, at least one, so that it errs by no more than {@link #errorBound}.
 * Scores grow with frequencies, hence Lucene skips blocks of documents that cannot be among the
 * best. Beside it lies the vector bit for bit, with which {@link #search} makes scores and order
 * exact.
 *
 * <p>{@code FeatureField} of Lucene keeps 8 bits of a weight's fraction. A frequency of 24 bits,
 * which a float's bits would give, does not do either: Lucene adds up the frequencies of a document
 * in an int, and refuses it after some 250 such tokens. Multiples of 2^-20 leave room for weights
 * that add up to 2,047, ten times what a text of 8,192 tokens has.
 *
 * <p>Immutable and thread-safe. Needs no similarity of its own in the writer or the searcher.
 *
 * @param name of the field
 */
public record SparseField(String name) {

  /** What document weights are multiples of in the inverted index: 2^-20. */
  public static final double STEP = 0x1p-20;

  private static final FieldType IMPACTS = new FieldType();

  /** Some more candidates than wanted settle most queries at the first try. */
  private static final int SPARE_CANDIDATES = 10;

  /** Where many documents are nearly alike, no more than this and some for each that is wanted. */
  private static final int MOST_SPARE_CANDIDATES = 1_000;

  private static final long MOST_CANDIDATES_EACH = 20;

  static {
    IMPACTS.setIndexOptions(IndexOptions.DOCS_AND_FREQS);
    IMPACTS.setTokenized(true);
    IMPACTS.setOmitNorms(true);
    IMPACTS.freeze();
  }

  /**
   * Returns what to add to a document.
   *
   * @param vector weights of 0 or more with a sum of at most 2,047; one of 0 is not found
   * @return fields of this name
   * @throws IllegalArgumentException if a weight is negative or the sum too large
   */
  public List<IndexableField> fields(SparseVector vector) {
    checkNotNegative(vector);
    long sum = 0;
    for (float weight : vector.values()) {
      sum += impact(weight);
    }
    if (sum > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("weights of a document must have a sum of at most "
          + (int) (Integer.MAX_VALUE * STEP) + ": " + Math.round(sum * STEP) + "; scale them down");
    }
    return List.of(
        new Field(name, new SparseTokens(vector), IMPACTS),
        new BinaryDocValuesField(name, StoredVectors.encode(vector)));
  }

  /** Returns a weight as a multiple of {@link #STEP}. */
  static long impact(float weight) {
    return Math.max(1, Math.round(weight / STEP));
  }

  /**
   * Returns a query that finds the documents with at least one index of the vector.
   *
   * @param vector weights of 0 or more; any number of them
   * @return scores by the rounded weights of the documents
   * @throws IllegalArgumentException if a weight is negative
   */
  public Query query(SparseVector vector) {
    checkNotNegative(vector);
    SparseVector positive = vector.prune(Float.MIN_VALUE);
    return positive.size() == 0
        ? new MatchNoDocsQuery("a sparse vector without weights")
        : new SparseQuery(name, positive);
  }

  /**
   * Returns by how much a score of {@link #query} may differ from the dot product.
   *
   * @param query the vector that is searched with
   * @return the sum of the query's weights times {@link #STEP}: weights of documents err by half a
   *     step, and those below half a step by less than a whole one
   */
  public static double errorBound(SparseVector query) {
    double sum = 0;
    for (float weight : query.values()) {
      sum += weight;
    }
    return sum * STEP;
  }

  /**
   * Finds the documents with the largest dot products; these are exact, and so is their order.
   *
   * <p>At most 20 times as many as are wanted and 1,000 are compared exactly. Where more documents
   * than that come within {@link #errorBound} of the last one that is wanted, as copies of one text
   * do, one that is left out may be better than the last by up to twice that bound, and of equal
   * ones any are found.
   *
   * @param searcher of an index that has this field
   * @param vector weights of 0 or more
   * @param filter matches the documents that are wanted
   * @param most how many at most, at least 1
   * @return documents with a positive dot product, best first
   * @throws IOException if the index cannot be read
   * @throws IllegalArgumentException if a weight is negative, or none is wanted
   */
  public ScoreDoc[] search(IndexSearcher searcher, SparseVector vector, Query filter, int most)
      throws IOException {
    if (most < 1) {
      throw new IllegalArgumentException("at least 1 document must be wanted: " + most);
    }
    Query query = Retriever.filtered(query(vector), filter);
    DocumentScorer exact = DocumentScorer.sparse(name, vector);
    // Scores are floats, whose own rounding is far below one part in 2^20.
    double slack = 1 + 0x1p-20;
    int reach = Math.max(1, searcher.getIndexReader().maxDoc());
    int wanted = Math.min(most, reach);
    int depth = (int) Math.min(reach, wanted + wanted / 2L + SPARE_CANDIDATES);
    ScoreDoc[] candidates = searcher.search(query, depth).scoreDocs;
    ScoreDoc[] ranked = exact.rescore(searcher, candidates);
    if (candidates.length == depth && depth < reach) {
      // What is to take the place of the last one wanted scores at least this much.
      double floor = ranked[wanted - 1].score / slack - errorBound(vector);
      if (candidates[depth - 1].score >= floor) {
        int limit = (int) Math.min(reach, MOST_CANDIDATES_EACH * wanted + MOST_SPARE_CANDIDATES);
        ScoreDoc[] more = Arrays.stream(searcher.search(query, limit).scoreDocs)
            .filter(hit -> hit.score >= floor)
            .toArray(ScoreDoc[]::new);
        ranked = exact.rescore(searcher, more);
      }
    }
    return Arrays.copyOf(ranked, Math.min(wanted, ranked.length));
  }

  private static void checkNotNegative(SparseVector vector) {
    for (float weight : vector.values()) {
      if (weight < 0) {
        throw new IllegalArgumentException(
            "weights must be 0 or more: " + weight + "; lexical weights are");
      }
    }
  }
}
