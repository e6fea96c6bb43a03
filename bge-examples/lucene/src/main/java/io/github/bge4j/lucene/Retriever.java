package io.github.bge4j.lucene;

import io.github.bge4j.Embedding;
import io.github.bge4j.InvalidOptionException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.QueryBuilder;

/**
 * Runs requests on a snapshot of an index.
 *
 * @param searcher the snapshot
 * @param fields of the index
 * @param analyzer of the words for BM25
 */
record Retriever(IndexSearcher searcher, DocumentFields fields, Analyzer analyzer) {

  /**
   * Returns the candidates, best first.
   *
   * @param question embedded with what the request needs; empty for BM25 alone
   */
  ScoreDoc[] search(SearchRequest request, Optional<Embedding> question) throws IOException {
    Query filter = filter(request);
    // Lucene makes room for as many as it is asked for.
    int most =
        Math.min(request.candidates(), Math.max(1, searcher.getIndexReader().maxDoc()));
    ScoreDoc[] found = ranking(request, question, filter, most);
    ScoreDoc[] candidates = Arrays.copyOf(found, Math.min(found.length, most));
    if (request.lateInteraction()) {
      return DocumentScorer.maxSim(
              DocumentFields.MULTI_VECTOR, question.orElseThrow().multiVector())
          .rescore(searcher, candidates);
    }
    return candidates;
  }

  private ScoreDoc[] ranking(
      SearchRequest request, Optional<Embedding> question, Query filter, int most)
      throws IOException {
    return switch (request.mode()) {
      case DENSE -> dense(request, question, filter, most);
      case BM25 -> bm25(request.text(), filter, most);
      case SPARSE -> sparse(question, filter, most);
      case HYBRID ->
        request
            .fusion()
            .fuse(
                dense(request, question, filter, most),
                fields.hasSparse()
                    ? sparse(question, filter, most)
                    : bm25(request.text(), filter, most));
    };
  }

  private ScoreDoc[] dense(
      SearchRequest request, Optional<Embedding> question, Query filter, int most)
      throws IOException {
    float[] vector = fields.dense(question.orElseThrow());
    DocumentScorer scorer = DocumentScorer.dense(DocumentFields.DENSE, vector, fields.similarity());
    if (request.exact()) {
      return scorer.best(searcher, filter, most);
    }
    // Without a filter Lucene need not look which documents are wanted.
    Query nearest = new KnnFloatVectorQuery(
        DocumentFields.DENSE, vector, most, filter instanceof MatchAllDocsQuery ? null : filter);
    // Lucene's scores are shifted to be positive; these are the model's own.
    return scorer.rescore(searcher, searcher.search(nearest, most).scoreDocs);
  }

  private ScoreDoc[] sparse(Optional<Embedding> question, Query filter, int most)
      throws IOException {
    return DocumentFields.SPARSE.search(
        searcher, fields.sparse(question.orElseThrow()), filter, most);
  }

  private ScoreDoc[] bm25(String text, Query filter, int most) throws IOException {
    try {
      Query words = new QueryBuilder(analyzer).createBooleanQuery(DocumentFields.PASSAGE, text);
      return words == null
          ? new ScoreDoc[0]
          : searcher.search(filtered(words, filter), most).scoreDocs;
    } catch (IndexSearcher.TooManyClauses e) {
      throw new InvalidOptionException(
          "a question must have at most " + IndexSearcher.getMaxClauseCount()
              + " words and filters for BM25: it has more; shorten it");
    }
  }

  private static Query filter(SearchRequest request) {
    if (request.filter().isEmpty()) {
      return new MatchAllDocsQuery();
    }
    BooleanQuery.Builder all = new BooleanQuery.Builder();
    request
        .filter()
        .forEach((name, values) -> all.add(
            new TermInSetQuery(
                DocumentFields.metadata(name),
                values.stream().map(BytesRef::new).toList()),
            Occur.FILTER));
    return all.build();
  }

  /** Returns a query that scores alike, but finds only what the filter matches. */
  static Query filtered(Query query, Query filter) {
    return filter instanceof MatchAllDocsQuery
        ? query
        : new BooleanQuery.Builder()
            .add(query, Occur.MUST)
            .add(filter, Occur.FILTER)
            .build();
  }

  /** Returns a query for one document. */
  static Term id(String id) {
    return new Term(DocumentFields.ID, id);
  }
}
