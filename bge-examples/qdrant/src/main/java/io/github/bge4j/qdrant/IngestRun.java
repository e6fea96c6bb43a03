package io.github.bge4j.qdrant;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.BgeException;
import io.github.bge4j.Embedding;
import io.github.bge4j.InputType;
import io.github.bge4j.InvalidOptionException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * One run over the input, in one thread: it reads and cuts documents, hands windows of chunks to
 * the embedder, and what comes out of it to the server. So many windows wait at either at most;
 * where there are as many, the oldest is waited for, and nothing is read meanwhile. Windows are
 * acknowledged in the order of the input. Not thread-safe.
 */
final class IngestRun {

  /** Windows at the embedder: enough that its workers never wait for this thread. */
  private static final int EMBEDDING = 4;

  /** Windows at the server: enough to hide its answer's time behind the embedder's. */
  private static final int STORING = 4;

  private final IngestSettings settings;
  private final BgeEmbedder embedder;
  private final Chunker chunker;
  private final Schema schema;
  private final Store store;
  private final Checkpoint checkpoint;
  private final Consumer<IngestProgress> listener;

  private final Deque<IngestWindow> embedding = new ArrayDeque<>();
  private final Deque<IngestWindow> storing = new ArrayDeque<>();
  private final CRC32C digest = new CRC32C();
  private final DocumentIds ids = new DocumentIds();
  private IngestWindow window = new IngestWindow();
  private long documents;
  private long points;
  private long tokens;
  private long truncated;

  IngestRun(
      IngestSettings settings,
      BgeEmbedder embedder,
      Schema schema,
      Store store,
      Checkpoint checkpoint,
      Consumer<IngestProgress> listener) {
    this.settings = settings;
    this.embedder = embedder;
    this.chunker =
        new Chunker(embedder, settings.chunkTokens(), settings.overlapTokens(), settings.titles());
    this.schema = schema;
    this.store = store;
    this.checkpoint = checkpoint;
    this.listener = listener;
  }

  /** Stores what the checkpoint does not have, and counts. */
  IngestReport run(Iterator<SourceDocument> input, Calls calls) {
    long start = System.nanoTime();
    long skipped = checkpoint.documents();
    if (checkpoint.resumed()) {
      rollBack();
    }
    skip(input, skipped);
    try {
      while (input.hasNext()) {
        take(input.next());
      }
      if (!window.chunks.isEmpty()) {
        embed();
      }
      while (!embedding.isEmpty()) {
        store();
      }
      while (!storing.isEmpty()) {
        acknowledge();
      }
    } finally {
      embedding.forEach(IngestWindow::cancel);
      storing.forEach(IngestWindow::cancel);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    checkCount();
    checkpoint.delete();
    return new IngestReport(
        documents, skipped, points, tokens, truncated, calls.retries(), seconds);
  }

  /** Makes the collection hold what the checkpoint says, no more, and refuses one with less. */
  private void rollBack() {
    store.deleteLater(checkpoint.run(), checkpoint.documents());
    long counted = store.countOf(checkpoint.run());
    if (counted < checkpoint.points()) {
      throw new StoreException("collection " + settings.spec().collection() + " must hold the "
          + checkpoint.points() + " points that an earlier run stored: it holds " + counted
          + "; restore it, or " + checkpoint.remedy());
    }
  }

  private void skip(Iterator<SourceDocument> input, long skipped) {
    while (documents < skipped && input.hasNext()) {
      note(input.next());
    }
    if (documents < skipped || digest.getValue() != checkpoint.digest()) {
      throw new InvalidOptionException("the input must begin as it did when " + skipped
          + " documents of it were stored: it has changed; restore it, or " + checkpoint.remedy());
    }
    points = checkpoint.points();
    if (skipped > 0) {
      listener.accept(new IngestProgress(documents, points));
    }
  }

  /** Counts a document. */
  private void note(SourceDocument document) {
    documents++;
    if (!ids.add(document.id())) {
      throw new InvalidOptionException("the ids of documents must be unique: document " + documents
          + " of the input has that of one before it, " + document.id() + "; give it another");
    }
    for (String part : List.of(document.id(), document.title(), document.text())) {
      digest.update(part.getBytes(StandardCharsets.UTF_8));
      digest.update(0);
    }
    digest.update(Payload.bytes(document.metadata()));
  }

  private void take(SourceDocument document) {
    note(document);
    for (Chunk chunk : chunker.chunks(document)) {
      long bytes = schema.bytes(chunk.tokens()) + 3L * chunk.text().length();
      if (!window.chunks.isEmpty()
          && (window.chunks.size() == settings.batchChunks()
              || window.bytes + bytes > settings.maxRequestBytes())) {
        embed();
      }
      if (window.chunks.isEmpty()) {
        window.position = documents;
      }
      window.chunks.add(chunk);
      window.bytes += bytes;
      points++;
      if (chunk.last()) {
        window.ended.put(document.id(), chunk.number() + 1);
        window.documents = documents;
        window.points = points;
        window.digest = digest.getValue();
      }
    }
  }

  /** Hands the window to the embedder and begins the next. */
  private void embed() {
    while (embedding.size() >= EMBEDDING) {
      store();
    }
    window.embeddings = embedder.embedAsync(
        window.passages(), InputType.PASSAGE, settings.spec().outputArray());
    embedding.add(window);
    window = new IngestWindow();
    while (!embedding.isEmpty() && embedding.getFirst().embeddings.isDone()) {
      store();
    }
    while (!storing.isEmpty() && storing.getFirst().isStored()) {
      acknowledge();
    }
  }

  /** Hands the oldest window at the embedder to the server. */
  private void store() {
    while (storing.size() >= STORING) {
      acknowledge();
    }
    IngestWindow next = embedding.getFirst();
    List<Embedding> embedded = embedded(next);
    for (Embedding text : embedded) {
      tokens += text.tokenCount();
      truncated += text.truncated() ? 1 : 0;
    }
    next.upserts =
        next
            .requests(settings.spec(), embedded, checkpoint.run(), settings.maxRequestBytes())
            .stream()
            .map(store::upsert)
            .toList();
    storing.add(next);
    embedding.removeFirst();
  }

  private static List<Embedding> embedded(IngestWindow window) {
    try {
      return window.embeddings.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException("an ingest must not be interrupted: it was; run it again", e);
    } catch (ExecutionException | CompletionException e) {
      if (e.getCause() instanceof BgeException failure) {
        throw failure;
      }
      throw new IllegalStateException("the embedder must fail with a BgeException", e);
    }
  }

  /** Waits for the oldest window at the server, and notes that it is done. */
  private void acknowledge() {
    IngestWindow oldest = storing.getFirst();
    oldest.upserts.forEach(Calls.Started::await);
    if (!oldest.ended.isEmpty()) {
      if (checkpoint.replaces()) {
        store.deleteStale(oldest.ended);
      }
      checkpoint.advance(oldest.documents, oldest.points, oldest.digest);
      listener.accept(new IngestProgress(oldest.documents, oldest.points));
    }
    storing.removeFirst();
  }

  private void checkCount() {
    long counted = store.countOf(checkpoint.run());
    boolean isPart = settings.part() != null;
    if (counted != points) {
      throw new StoreException("collection " + settings.spec().collection() + " must hold the "
          + points + " points of this " + (isPart ? "part" : "ingest") + ": it holds " + counted
          + "; make sure that nobody else writes these documents, and "
          + (isPart ? "that no other part has its number, and " : "") + checkpoint.remedy());
    }
  }
}
