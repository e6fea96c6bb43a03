package io.github.bge4j.lucene;

import io.github.bge4j.sparse.SparseVector;
import java.io.IOException;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.CollectionStatistics;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TermStatistics;
import org.apache.lucene.search.Weight;
import org.apache.lucene.search.similarities.Similarity;

/**
 * The sum over the terms of the query's weight times the document's, whatever the similarity of the
 * searcher is. A vector may have more entries than a Boolean query of Lucene has clauses.
 */
final class SparseQuery extends Query {

  private static final Similarity IMPACTS = new Similarity() {
    @Override
    public SimScorer scorer(float boost, CollectionStatistics field, TermStatistics... terms) {
      return new SimScorer() {
        @Override
        public float score(float impact, long norm) {
          return (float) (boost * SparseField.STEP * impact);
        }
      };
    }
  };

  private final String field;
  private final SparseVector vector;

  /** Makes a query of at least one entry; all are positive. */
  SparseQuery(String field, SparseVector vector) {
    this.field = field;
    this.vector = vector;
  }

  @Override
  public Weight createWeight(IndexSearcher searcher, ScoreMode mode, float boost)
      throws IOException {
    IndexSearcher own = new IndexSearcher(searcher.getTopReaderContext());
    own.setSimilarity(IMPACTS);
    // Not rewritten: that would make one flat query of it, and count its clauses.
    return own.createWeight(sum(0, vector.size()), mode, boost);
  }

  /** Returns the terms from one position to another as a tree of queries, none with too many. */
  private Query sum(int from, int to) {
    int most = Math.max(2, IndexSearcher.getMaxClauseCount());
    int[] indices = vector.indices();
    float[] weights = vector.values();
    BooleanQuery.Builder sum = new BooleanQuery.Builder();
    if (to - from > most) {
      int step = Math.max(most, (to - from + most - 1) / most);
      for (int start = from; start < to; start += step) {
        sum.add(sum(start, Math.min(to, start + step)), Occur.SHOULD);
      }
      return sum.build();
    }
    for (int i = from; i < to; i++) {
      Term term = new Term(field, Integer.toUnsignedString(indices[i]));
      sum.add(new BoostQuery(new TermQuery(term), weights[i]), Occur.SHOULD);
    }
    return sum.build();
  }

  @Override
  public void visit(QueryVisitor visitor) {
    if (visitor.acceptField(field)) {
      visitor.visitLeaf(this);
    }
  }

  @Override
  public String toString(String defaultField) {
    return field + ":" + vector;
  }

  @Override
  public boolean equals(Object object) {
    return object instanceof SparseQuery other
        && field.equals(other.field)
        && vector.equals(other.vector);
  }

  @Override
  public int hashCode() {
    return 31 * field.hashCode() + vector.hashCode();
  }
}
