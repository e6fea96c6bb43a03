package io.github.bge4j.lucene;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.Embedding;
import io.github.bge4j.InvalidTextException;
import io.github.bge4j.Output;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongConsumer;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;

/**
 * Embeds documents and adds them to an index: while the model reads some batches, the calling
 * thread indexes the one before. For one call, by one thread.
 */
final class BulkAdder {

  /** Enough to share among workers. */
  private static final int BATCH_DOCUMENTS = 128;

  /** Some 2 MiB; multi-vectors of it take a hundred times as much. */
  private static final int BATCH_CHARS = 1 << 20;

  private static final int BATCH_CHARS_OF_MULTI_VECTORS = 1 << 15;

  /** The workers always find the next batch; what waits stays small. */
  private static final int BATCHES_IN_FLIGHT = 3;

  private final BgeEmbedder embedder;
  private final DocumentFields fields;
  private final IndexWriter writer;
  private final IndexSearcher before;

  /** Documents of the index before the call that are no longer what an id stands for. */
  private final BitSet replaced = new BitSet();

  private final Queue<Batch> inFlight = new ArrayDeque<>();
  private long documents;
  private long unchanged;
  private long tokens;
  private long truncated;

  private record Batch(
      List<IndexedDocument> documents, CompletableFuture<List<Embedding>> embeddings) {}

  /**
   * Makes one.
   *
   * @param before the index before the call, where unchanged documents are looked up
   */
  BulkAdder(BgeEmbedder embedder, DocumentFields fields, IndexWriter writer, IndexSearcher before) {
    this.embedder = embedder;
    this.fields = fields;
    this.writer = writer;
    this.before = before;
  }

  /**
   * Adds documents; on an exception those that were taken before it may be added or not.
   *
   * @param progress told how many documents are done
   */
  BulkReport add(Iterator<IndexedDocument> source, LongConsumer progress) throws IOException {
    try {
      while (source.hasNext()) {
        List<IndexedDocument> next = nextBatch(source, progress);
        if (!next.isEmpty()) {
          inFlight.add(new Batch(next, embed(next)));
        }
        if (inFlight.size() == BATCHES_IN_FLIGHT) {
          index(inFlight.remove(), progress);
        }
      }
      while (!inFlight.isEmpty()) {
        index(inFlight.remove(), progress);
      }
      return new BulkReport(documents, unchanged, tokens, truncated);
    } finally {
      inFlight.forEach(batch -> batch.embeddings().cancel(true));
    }
  }

  private List<IndexedDocument> nextBatch(Iterator<IndexedDocument> source, LongConsumer progress)
      throws IOException {
    int mostChars =
        fields.outputs().contains(Output.MULTI_VECTOR) ? BATCH_CHARS_OF_MULTI_VECTORS : BATCH_CHARS;
    List<IndexedDocument> batch = new ArrayList<>();
    int chars = 0;
    while (source.hasNext() && batch.size() < BATCH_DOCUMENTS && chars < mostChars) {
      IndexedDocument document = source.next();
      if (isUnchanged(document)) {
        unchanged++;
        documents++;
        if (unchanged % BATCH_DOCUMENTS == 0) {
          progress.accept(documents);
        }
      } else {
        batch.add(document);
        chars += document.title().length() + document.text().length();
      }
    }
    return batch;
  }

  private boolean isUnchanged(IndexedDocument document) throws IOException {
    if (before.getIndexReader().numDocs() == 0) {
      return false;
    }
    ScoreDoc[] found = before.search(new TermQuery(Retriever.id(document.id())), 1).scoreDocs;
    if (found.length == 0 || replaced.get(found[0].doc)) {
      return false;
    }
    String digest = before
        .storedFields()
        .document(found[0].doc, Set.of(DocumentFields.DIGEST))
        .get(DocumentFields.DIGEST);
    boolean same = fields.digest(document).equals(digest);
    replaced.set(found[0].doc, !same);
    return same;
  }

  private CompletableFuture<List<Embedding>> embed(List<IndexedDocument> batch) {
    List<String> passages = batch.stream().map(IndexedDocument::passage).toList();
    return embedder.embedAsync(passages, fields.outputs().toArray(new Output[0]));
  }

  private void index(Batch batch, LongConsumer progress) throws IOException {
    List<Embedding> embeddings = result(batch);
    for (int i = 0; i < embeddings.size(); i++) {
      IndexedDocument document = batch.documents().get(i);
      Embedding embedding = embeddings.get(i);
      writer.updateDocument(Retriever.id(document.id()), fields.toLucene(document, embedding));
      tokens += embedding.tokenCount();
      truncated += embedding.truncated() ? 1 : 0;
      documents++;
    }
    progress.accept(documents);
  }

  private static List<Embedding> result(Batch batch) {
    try {
      return batch.embeddings().join();
    } catch (CompletionException | CancellationException e) {
      if (e.getCause() instanceof InvalidTextException text && text.textIndex() >= 0) {
        throw new InvalidDocumentException(
            batch.documents().get(text.textIndex()).id(), text);
      }
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }
}
