package io.github.bge4j.lucene;

import io.github.bge4j.MultiVector;
import io.github.bge4j.Similarity;
import io.github.bge4j.sparse.SparseVector;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/** Compares a query with what the index stores of a document, exactly. */
interface DocumentScorer {

  Comparator<ScoreDoc> BEST_FIRST =
      Comparator.<ScoreDoc>comparingDouble(hit -> -hit.score).thenComparingInt(hit -> hit.doc);

  /** Opens the stored vectors of a segment. */
  SegmentScorer open(LeafReader segment) throws IOException;

  /** Scores documents of a segment, in ascending order. */
  interface SegmentScorer {

    /** Returns the score of a document; the least there is if nothing is stored of it. */
    float score(int document) throws IOException;
  }

  /** Compares dense vectors; a distance is negative, so that larger is better. */
  static DocumentScorer dense(String field, float[] query, Similarity similarity) {
    return segment -> {
      FloatVectorValues vectors = segment.getFloatVectorValues(field);
      return document -> {
        if (vectors == null
            || (vectors.docID() < document ? vectors.advance(document) : vectors.docID())
                != document) {
          return Float.NEGATIVE_INFINITY;
        }
        return (float) score(similarity, query, vectors.vectorValue());
      };
    };
  }

  private static double score(Similarity similarity, float[] query, float[] vector) {
    return similarity == Similarity.EUCLIDEAN
        ? -Similarity.EUCLIDEAN.of(query, vector)
        : Similarity.DOT.of(query, vector);
  }

  /** Returns dot products of sparse vectors. */
  static DocumentScorer sparse(String field, SparseVector query) {
    return stored(field, bytes -> (float) query.dot(StoredVectors.sparse(bytes)));
  }

  /** Returns late-interaction scores. */
  static DocumentScorer maxSim(String field, MultiVector query) {
    return stored(field, bytes -> query.maxSim(StoredVectors.multi(bytes)));
  }

  private static DocumentScorer stored(String field, BytesScorer scorer) {
    return segment -> {
      BinaryDocValues values = segment.getBinaryDocValues(field);
      return document -> values != null && values.advanceExact(document)
          ? scorer.score(values.binaryValue())
          : Float.NEGATIVE_INFINITY;
    };
  }

  /** Scores what is stored of a document. */
  interface BytesScorer {
    float score(BytesRef bytes);
  }

  /** Returns the documents with new scores, best first. */
  default ScoreDoc[] rescore(IndexSearcher searcher, ScoreDoc[] documents) throws IOException {
    List<LeafReaderContext> segments = searcher.getIndexReader().leaves();
    ScoreDoc[] ascending = documents.clone();
    Arrays.sort(ascending, Comparator.comparingInt(hit -> hit.doc));
    ScoreDoc[] rescored = new ScoreDoc[ascending.length];
    LeafReaderContext segment = null;
    @Nullable SegmentScorer scorer = null;
    for (int i = 0; i < ascending.length; i++) {
      int document = ascending[i].doc;
      LeafReaderContext holder = segments.get(ReaderUtil.subIndex(document, segments));
      if (scorer == null || holder != segment) {
        segment = holder;
        scorer = open(holder.reader());
      }
      rescored[i] = new ScoreDoc(document, scorer.score(document - holder.docBase));
    }
    Arrays.sort(rescored, BEST_FIRST);
    return rescored;
  }

  /** Scores all documents that a query matches and returns the best. */
  default ScoreDoc[] best(IndexSearcher searcher, Query query, int most) throws IOException {
    Weight weight = searcher.createWeight(searcher.rewrite(query), ScoreMode.COMPLETE_NO_SCORES, 1);
    PriorityQueue<ScoreDoc> best = new PriorityQueue<>(BEST_FIRST.reversed());
    for (LeafReaderContext segment : searcher.getIndexReader().leaves()) {
      Scorer matches = weight.scorer(segment);
      if (matches == null) {
        continue;
      }
      SegmentScorer scorer = open(segment.reader());
      Bits live = segment.reader().getLiveDocs();
      DocIdSetIterator documents = matches.iterator();
      for (int document = documents.nextDoc();
          document != DocIdSetIterator.NO_MORE_DOCS;
          document = documents.nextDoc()) {
        if (live == null || live.get(document)) {
          best.add(new ScoreDoc(segment.docBase + document, scorer.score(document)));
          if (best.size() > most) {
            best.poll();
          }
        }
      }
    }
    return best.stream().sorted(BEST_FIRST).toArray(ScoreDoc[]::new);
  }
}
