package io.github.bge4j.lucene;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.BgeReranker;
import io.github.bge4j.Embedding;
import io.github.bge4j.InputType;
import io.github.bge4j.InvalidOptionException;
import io.github.bge4j.InvalidTextException;
import io.github.bge4j.Output;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.IOUtils;
import org.jspecify.annotations.Nullable;

/**
 * Documents in a folder on disk, found by what they mean and by their words: a Lucene index that
 * embeds what is added to it and what it is asked.
 *
 * <pre>{@code
 * try (BgeIndex index = BgeIndex.builder(folder, embedder).open()) {
 *   index.add(IndexedDocument.of("panda", "Giant pandas eat bamboo."));
 *   index.commit();
 *   List<Hit> hits = index.search("What do pandas eat?", 3);
 * }
 * }</pre>
 *
 * <p>It records what it was made with, and refuses another model, precision, sparse mapping or
 * format. What is added is durable after {@link #commit()} or {@link #close()}; a process that dies
 * leaves the index as it was at its last commit.
 *
 * <p>Thread-safe. Searches see the index as it was at the last {@link #commit()} or
 * {@link #refresh()} and wait for nobody. Whoever opens it closes it; the embedder stays the
 * caller's.
 */
public final class BgeIndex implements AutoCloseable {

  private final BgeEmbedder embedder;
  private final DocumentFields fields;
  private final Analyzer analyzer;
  private final Directory directory;
  private final @Nullable IndexWriter writer;
  private final SearcherManager searchers;

  private BgeIndex(
      BgeEmbedder embedder,
      DocumentFields fields,
      Analyzer analyzer,
      Directory directory,
      @Nullable IndexWriter writer,
      SearcherManager searchers) {
    this.embedder = embedder;
    this.fields = fields;
    this.analyzer = analyzer;
    this.directory = directory;
    this.writer = writer;
    this.searchers = searchers;
  }

  /** Takes over directory and writer. */
  static BgeIndex writable(
      BgeEmbedder embedder,
      DocumentFields fields,
      Analyzer analyzer,
      Directory directory,
      IndexWriter writer)
      throws IOException {
    return new BgeIndex(
        embedder, fields, analyzer, directory, writer, new SearcherManager(writer, null));
  }

  /** Takes over the directory. */
  static BgeIndex readOnly(
      BgeEmbedder embedder, DocumentFields fields, Analyzer analyzer, Directory directory)
      throws IOException {
    return new BgeIndex(
        embedder, fields, analyzer, directory, null, new SearcherManager(directory, null));
  }

  /**
   * Returns a builder.
   *
   * @param folder of the index, which need not exist
   * @param embedder embeds documents and questions; must stay open as long as the index
   * @return a new builder
   */
  public static BgeIndexBuilder builder(Path folder, BgeEmbedder embedder) {
    return new BgeIndexBuilder(folder, embedder);
  }

  /**
   * Adds a document, in place of one of its id.
   *
   * @param document embedded in the calling thread's time
   * @throws IOException if the index cannot be written
   * @throws InvalidDocumentException if its text cannot be embedded
   * @throws IllegalStateException if the index is open for reading only
   */
  public void add(IndexedDocument document) throws IOException {
    IndexWriter target = writer();
    try {
      Embedding embedding =
          embedder.embed(document.passage(), fields.outputs().toArray(new Output[0]));
      target.updateDocument(Retriever.id(document.id()), fields.toLucene(document, embedding));
    } catch (InvalidTextException e) {
      throw new InvalidDocumentException(document.id(), e);
    }
  }

  /**
   * Adds documents; see {@link #addAll(Iterator, LongConsumer)}.
   *
   * @param documents any number
   * @return what was done
   * @throws IOException if the index cannot be written
   */
  public BulkReport addAll(Iterable<IndexedDocument> documents) throws IOException {
    return addAll(documents.iterator(), done -> {});
  }

  /**
   * Adds documents, each in place of one of its id; the last of one id stays. One that the index
   * has with the same content is not embedded again: so an interrupted call can be repeated. The
   * model reads the next documents while the calling thread writes.
   *
   * @param documents any number; at most a few hundred are held in memory
   * @param progress told how many documents are done, by the calling thread; may commit
   * @return what was done
   * @throws IOException if the index cannot be written
   * @throws InvalidDocumentException if a text cannot be embedded; documents before it may have
   *     been added
   * @throws IllegalStateException if the index is open for reading only
   */
  public BulkReport addAll(Iterator<IndexedDocument> documents, LongConsumer progress)
      throws IOException {
    IndexWriter target = writer();
    try (DirectoryReader before = DirectoryReader.open(target)) {
      return new BulkAdder(embedder, fields, target, new IndexSearcher(before))
          .add(documents, progress);
    }
  }

  /**
   * Deletes documents.
   *
   * @param ids those that no document has are ignored
   * @throws IOException if the index cannot be written
   * @throws IllegalStateException if the index is open for reading only
   */
  public void delete(String... ids) throws IOException {
    writer().deleteDocuments(Arrays.stream(ids).map(Retriever::id).toArray(Term[]::new));
  }

  /**
   * Makes all changes so far durable, and visible to searches.
   *
   * @throws IOException if the index cannot be written
   * @throws IllegalStateException if the index is open for reading only
   */
  public void commit() throws IOException {
    writer().commit();
    refresh();
  }

  /**
   * Makes changes visible to searches: those of this index, durable or not, or the commits of
   * another process if it is open for reading.
   *
   * @throws IOException if the index cannot be read
   */
  public void refresh() throws IOException {
    searchers.maybeRefreshBlocking();
  }

  /**
   * Returns how many documents searches see.
   *
   * @return 0 or more
   * @throws IOException if the index cannot be read
   */
  public int size() throws IOException {
    return using(searcher -> searcher.getIndexReader().numDocs());
  }

  /**
   * Returns what the index has of the model's outputs.
   *
   * @return {@link Output#DENSE} at least; a copy
   */
  public Set<Output> outputs() {
    return EnumSet.copyOf(fields.outputs());
  }

  /**
   * Searches by meaning and words; see {@link #search(SearchRequest)}.
   *
   * @param question without the instruction of the model
   * @param hits how many documents at most
   * @return the best documents, best first
   * @throws IOException if the index cannot be read
   */
  public List<Hit> search(String question, int hits) throws IOException {
    return search(SearchRequest.builder(question).hits(hits).build());
  }

  /**
   * Searches. Time: one run of the model, but for BM25 alone or a question that is embedded; then
   * far below a millisecond for each thousand candidates, but for exact dense search, which reads
   * all vectors, and rescoring.
   *
   * @param request what to search for
   * @return the best documents, best first
   * @throws IOException if the index cannot be read
   * @throws InvalidOptionException if the index, or the question's embedding, does not have what
   *     the request compares, or a question for BM25 has more than 1,024 words
   */
  public List<Hit> search(SearchRequest request) throws IOException {
    BgeReranker reranker = request.reranker();
    Optional<Embedding> question = question(request);
    List<Hit> found = using(searcher -> {
      ScoreDoc[] ranked = new Retriever(searcher, fields, analyzer).search(request, question);
      int wanted = reranker == null ? request.hits() : request.candidates();
      return load(searcher, Arrays.copyOf(ranked, Math.min(wanted, ranked.length)));
    });
    return reranker == null || found.isEmpty()
        ? found
        : reranker
            .rerank(request.text(), found, hit -> hit.document().passage(), request.hits())
            .stream()
            .map(ranked -> new Hit(ranked.document().document(), ranked.score()))
            .toList();
  }

  private Optional<Embedding> question(SearchRequest request) {
    Output[] needed = request.outputs(fields.outputs());
    Embedding given = request.embedding();
    if (given == null) {
      return needed.length == 0
          ? Optional.empty()
          : Optional.of(embedder.embed(request.text(), InputType.QUERY, needed));
    }
    if (Arrays.asList(needed).contains(Output.DENSE)
        && given.dense().length != embedder.dimension()) {
      throw new InvalidOptionException("the embedding of a question must have "
          + embedder.dimension() + " components as those of the index: " + given.dense().length
          + "; embed it with the same model");
    }
    return Optional.of(given);
  }

  private static List<Hit> load(IndexSearcher searcher, ScoreDoc[] ranked) throws IOException {
    StoredFields stored = searcher.storedFields();
    List<Hit> hits = new ArrayList<>();
    for (ScoreDoc hit : ranked) {
      hits.add(new Hit(DocumentFields.fromLucene(stored.document(hit.doc)), hit.score));
    }
    return hits;
  }

  private interface Use<T> {
    T on(IndexSearcher searcher) throws IOException;
  }

  private <T> T using(Use<T> use) throws IOException {
    IndexSearcher searcher = searchers.acquire();
    try {
      return use.on(searcher);
    } finally {
      searchers.release(searcher);
    }
  }

  private IndexWriter writer() {
    if (writer == null) {
      throw new IllegalStateException(
          "an index must be open for writing to be changed: it is for reading; use open()");
    }
    return writer;
  }

  /**
   * Discards all changes since the last commit, and closes the index.
   *
   * @throws IOException if the index cannot be written
   * @throws IllegalStateException if the index is open for reading only
   */
  public void rollback() throws IOException {
    writer().rollback();
    close();
  }

  /**
   * Makes all changes durable, and frees the index. Idempotent.
   *
   * @throws IOException if the index cannot be written
   */
  @Override
  public void close() throws IOException {
    IOUtils.close(searchers, writer, directory);
  }
}
