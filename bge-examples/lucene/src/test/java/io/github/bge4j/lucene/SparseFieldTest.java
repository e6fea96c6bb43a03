package io.github.bge4j.lucene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bge4j.sparse.SparseVector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FilterBinaryDocValues;
import org.apache.lucene.index.FilterDirectoryReader;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LogDocMergePolicy;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.similarities.BooleanSimilarity;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.BytesRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Compares the inverted index with dot products of all vectors. */
final class SparseFieldTest {

  private static final SparseField FIELD = new SparseField("weights");
  private static final Query ALL = new MatchAllDocsQuery();
  private static final int VOCABULARY = 250_002;

  private final Random random = new Random(7);
  private final Directory directory = new ByteBuffersDirectory();

  @AfterEach
  void close() throws IOException {
    directory.close();
  }

  private IndexWriter writer() throws IOException {
    // Merges may order documents anew.
    return new IndexWriter(
        directory, new IndexWriterConfig().setMergePolicy(NoMergePolicy.INSTANCE));
  }

  private static Document document(int id, SparseVector vector) {
    Document document = new Document();
    document.add(new StringField("id", String.valueOf(id), Store.YES));
    FIELD.fields(vector).forEach(document::add);
    return document;
  }

  private void index(List<SparseVector> vectors) throws IOException {
    try (IndexWriter writer = writer()) {
      for (int i = 0; i < vectors.size(); i++) {
        writer.addDocument(document(i, vectors.get(i)));
        if (i % 700 == 699) {
          // Several segments.
          writer.flush();
        }
      }
    }
  }

  /** Draws tokens as texts have them, some often and most seldom, and weights as BGE-M3 gives. */
  private SparseVector text(int tokens) {
    Map<Integer, Float> weights = new HashMap<>();
    for (int i = 0; i < tokens; i++) {
      int token = (int) (Math.pow(random.nextDouble(), 6) * VOCABULARY);
      weights.put(token, 0.001f + 0.4f * random.nextFloat() * random.nextFloat());
    }
    return SparseVector.ofMap(weights);
  }

  private static List<Integer> exactOrder(
      List<SparseVector> vectors, SparseVector query, int most) {
    double[] scores = vectors.stream().mapToDouble(query::dot).toArray();
    return IntStream.range(0, scores.length)
        .boxed()
        .filter(i -> scores[i] > 0)
        .sorted(Comparator.<Integer>comparingDouble(i -> -(float) scores[i])
            .thenComparing(Comparator.naturalOrder()))
        .limit(most)
        .toList();
  }

  private interface Use {
    void on(IndexSearcher searcher) throws IOException;
  }

  private void searching(Use use) throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      use.on(new IndexSearcher(reader));
    }
  }

  @Test
  void search_manyTexts_givesExactScoresAndOrder() throws IOException {
    List<SparseVector> vectors =
        IntStream.range(0, 3_000).mapToObj(i -> text(60 + i % 120)).toList();
    index(vectors);
    assertExact(vectors);
    // Impacts of blocks are of a segment.
    try (IndexWriter writer = new IndexWriter(
        directory, new IndexWriterConfig().setMergePolicy(new LogDocMergePolicy()))) {
      writer.forceMerge(1);
    }
    searching(searcher -> assertThat(searcher.getIndexReader().leaves()).hasSize(1));
    assertExact(vectors);
  }

  private void assertExact(List<SparseVector> vectors) throws IOException {
    searching(searcher -> {
      for (int i = 0; i < 200; i++) {
        SparseVector query = text(6 + i % 10);
        ScoreDoc[] found = FIELD.search(searcher, query, ALL, 10);
        assertThat(Arrays.stream(found).map(hit -> hit.doc).toList())
            .isEqualTo(exactOrder(vectors, query, 10));
        for (ScoreDoc hit : found) {
          assertThat(hit.score).isEqualTo((float) query.dot(vectors.get(hit.doc)));
        }
      }
    });
  }

  @Test
  void query_manyTexts_errsWithinTheStatedBound() throws IOException {
    List<SparseVector> vectors =
        IntStream.range(0, 1_000).mapToObj(i -> text(120)).toList();
    index(vectors);
    List<Double> relativeErrors = new ArrayList<>();
    searching(searcher -> {
      for (int i = 0; i < 50; i++) {
        SparseVector query = text(10);
        for (ScoreDoc hit : searcher.search(FIELD.query(query), 10).scoreDocs) {
          double exact = query.dot(vectors.get(hit.doc));
          double error = Math.abs(hit.score - exact);
          assertThat(error).isLessThanOrEqualTo(SparseField.errorBound(query) + exact * 0x1p-23);
          relativeErrors.add(error / exact);
        }
      }
    });
    assertThat(relativeErrors).hasSizeGreaterThan(400);
    assertThat(relativeErrors.stream().mapToDouble(e -> e).max().orElseThrow())
        .isBetween(1e-8, 1.3e-5);
  }

  /** Frequencies of 24 bits would overflow the sum that Lucene keeps of a document. */
  @Test
  void search_textOfAsManyTokensAsModelsRead_isExact() throws IOException {
    int[] indices = IntStream.range(0, 8_192).toArray();
    float[] weights = new float[indices.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = 0.2f + i * 1e-6f;
    }
    SparseVector text = SparseVector.of(indices, weights);
    index(List.of(text));
    searching(searcher -> {
      // More entries than a Boolean query may have clauses, too.
      ScoreDoc[] found = FIELD.search(searcher, text, ALL, 1);
      assertThat(found).hasSize(1);
      assertThat(found[0].score).isEqualTo((float) text.dot(text));
      assertThat(searcher.search(FIELD.query(text), 1).scoreDocs[0].score)
          .isCloseTo((float) text.dot(text), within(1e-3f));
    });
  }

  @Test
  void search_unsignedIndices_areToldApart() throws IOException {
    index(List.of(
        SparseVector.of(new int[] {0, Integer.MAX_VALUE, -1}, new float[] {1, 2, 3}),
        SparseVector.of(new int[] {1, Integer.MIN_VALUE}, new float[] {4, 5})));
    searching(searcher -> {
      assertThat(FIELD.search(searcher, SparseVector.of(new int[] {-1}, new float[] {2}), ALL, 9))
          .singleElement()
          .satisfies(hit -> assertThat(hit.score).isEqualTo(6));
      SparseVector least = SparseVector.of(new int[] {Integer.MIN_VALUE}, new float[] {2});
      assertThat(FIELD.search(searcher, least, ALL, 9))
          .singleElement()
          .satisfies(hit -> assertThat(hit.doc).isEqualTo(1));
    });
  }

  @Test
  void search_weightsFarBelowAStep_areFoundAndExact() throws IOException {
    index(List.of(
        SparseVector.of(new int[] {5}, new float[] {1e-9f}),
        SparseVector.of(new int[] {5}, new float[] {2e-9f}),
        SparseVector.of(new int[] {5}, new float[] {0})));
    searching(searcher -> {
      SparseVector query = SparseVector.of(new int[] {5}, new float[] {1});
      ScoreDoc[] found = FIELD.search(searcher, query, ALL, 1);
      assertThat(found).hasSize(1);
      assertThat(found[0].doc).isEqualTo(1);
      assertThat(found[0].score).isEqualTo(2e-9f);
      assertThat(FIELD.search(searcher, query, ALL, 9)).hasSize(2);
    });
  }

  @Test
  void search_manyWithinTheErrorBound_areTriedExactly() throws IOException {
    index(IntStream.range(0, 300)
        .mapToObj(i -> SparseVector.of(new int[] {5}, new float[] {1e-9f * (i + 1)}))
        .toList());
    searching(searcher -> {
      SparseVector query = SparseVector.of(new int[] {5}, new float[] {1});
      ScoreDoc[] found = FIELD.search(searcher, query, ALL, 10);
      assertThat(Arrays.stream(found).map(hit -> hit.doc).toList())
          .isEqualTo(IntStream.range(0, 10).mapToObj(i -> 299 - i).toList());
    });
  }

  /** Copies of one text must not make a search read all of them. */
  @Test
  void search_manyEqualVectors_readsNoMoreThanTheStatedNumber() throws IOException {
    SparseVector copy = SparseVector.of(new int[] {5, 6}, new float[] {0.3f, 0.2f});
    SparseVector better = SparseVector.of(new int[] {5, 6}, new float[] {0.3f, 0.201f});
    List<SparseVector> vectors = new ArrayList<>(Collections.nCopies(5_000, copy));
    vectors.add(better);
    index(vectors);
    AtomicInteger decodes = new AtomicInteger();
    try (DirectoryReader reader = new Counting(DirectoryReader.open(directory), decodes)) {
      ScoreDoc[] found = FIELD.search(new IndexSearcher(reader), copy, ALL, 10);
      assertThat(found).hasSize(10);
      assertThat(found[0].doc).isEqualTo(5_000);
      assertThat(found[9].score).isEqualTo((float) copy.dot(copy));
    }
    assertThat(decodes.get()).isBetween(10, 20 * 10 + 1_000 + 25);
  }

  /** Counts how often a stored vector is read. */
  private static final class Counting extends FilterDirectoryReader {

    private final AtomicInteger decodes;

    Counting(DirectoryReader reader, AtomicInteger decodes) throws IOException {
      super(reader, new SubReaderWrapper() {
        @Override
        public LeafReader wrap(LeafReader segment) {
          return counting(segment, decodes);
        }
      });
      this.decodes = decodes;
    }

    private static LeafReader counting(LeafReader segment, AtomicInteger decodes) {
      return new FilterLeafReader(segment) {
        @Override
        public BinaryDocValues getBinaryDocValues(String field) throws IOException {
          return new FilterBinaryDocValues(super.getBinaryDocValues(field)) {
            @Override
            public BytesRef binaryValue() throws IOException {
              decodes.incrementAndGet();
              return super.binaryValue();
            }
          };
        }

        @Override
        public CacheHelper getCoreCacheHelper() {
          return in.getCoreCacheHelper();
        }

        @Override
        public CacheHelper getReaderCacheHelper() {
          return in.getReaderCacheHelper();
        }
      };
    }

    @Override
    protected DirectoryReader doWrapDirectoryReader(DirectoryReader reader) throws IOException {
      return new Counting(reader, decodes);
    }

    @Override
    public CacheHelper getReaderCacheHelper() {
      return in.getReaderCacheHelper();
    }
  }

  @Test
  void search_filteredAndDeleted_findsTheRest() throws IOException {
    SparseVector vector = SparseVector.of(new int[] {5}, new float[] {1});
    index(List.of(vector, vector, vector));
    try (IndexWriter writer = writer()) {
      writer.deleteDocuments(new Term("id", "0"));
    }
    searching(searcher -> {
      assertThat(FIELD.search(searcher, vector, ALL, 9)).hasSize(2);
      Query last = new TermQuery(new Term("id", "2"));
      assertThat(FIELD.search(searcher, vector, last, 9))
          .singleElement()
          .satisfies(hit ->
              assertThat(searcher.storedFields().document(hit.doc).get("id")).isEqualTo("2"));
    });
  }

  @Test
  void query_otherSimilarityOfSearcher_scoresAlike() throws IOException {
    SparseVector vector = SparseVector.of(new int[] {5}, new float[] {0.5f});
    index(List.of(vector));
    searching(searcher -> {
      searcher.setSimilarity(new BooleanSimilarity());
      assertThat(searcher.search(FIELD.query(vector), 1).scoreDocs[0].score).isEqualTo(0.25f);
      assertThat(searcher.explain(FIELD.query(vector), 0).getValue().floatValue())
          .isEqualTo(0.25f);
    });
  }

  @Test
  void query_withoutWeights_findsNothing() throws IOException {
    index(List.of(SparseVector.of(new int[] {5}, new float[] {1})));
    searching(searcher -> {
      SparseVector zero = SparseVector.of(new int[] {5}, new float[] {0});
      assertThat(FIELD.search(searcher, zero, ALL, 9)).isEmpty();
      assertThat(FIELD.search(searcher, SparseVector.of(new int[0], new float[0]), ALL, 9))
          .isEmpty();
    });
  }

  @Test
  void fields_impossibleWeights_areRefused() {
    SparseVector negative = SparseVector.of(new int[] {5}, new float[] {-0.5f});
    assertThatThrownBy(() -> FIELD.fields(negative))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("weights must be 0 or more: -0.5; lexical weights are");
    assertThatThrownBy(() -> FIELD.query(negative)).isInstanceOf(IllegalArgumentException.class);
    SparseVector large = SparseVector.of(new int[] {5, 6}, new float[] {1_000, 1_500});
    assertThatThrownBy(() -> FIELD.fields(large))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("weights of a document must have a sum of at most 2047: 2500; scale them down");
  }
}
