package io.github.bge4j.lucene;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.BgeEmbedder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that dies while it adds documents leaves what it had committed, and an index. */
final class CrashTest {

  private static final int HALTED = 77;

  /** More in a run by hand: -Dbge.test.kills=20. */
  private static final int KILLS = Integer.getInteger("bge.test.kills", 3);

  @TempDir
  private Path folder = Path.of("");

  @Test
  @Timeout(600)
  void open_afterProcessesThatDied_hasAllThatWasCommittedOnce() throws Exception {
    Path index = folder.resolve("index");
    Path committed = Files.createFile(folder.resolve("committed.txt"));
    int started = 0;
    List<String> moments = new ArrayList<>(List.of(Victim.OPENING, Victim.ADDING));
    IntStream.range(0, KILLS).mapToObj(String::valueOf).forEach(moments::add);
    for (String moment : moments) {
      Process process = Models.java(
              Models.classPath(),
              Victim.class.getName(),
              index.toString(),
              committed.toString(),
              String.valueOf(started),
              moment)
          .redirectError(folder.resolve("error.txt").toFile())
          .start();
      assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue())
          .as("%s", Files.readString(folder.resolve("error.txt")))
          .isEqualTo(HALTED);
      started += Victim.MOST;
      assertHasAll(index, Files.readAllLines(committed));
    }
    assertThat(committed).isNotEmptyFile();
  }

  private static void assertHasAll(Path folder, List<String> lines) throws IOException {
    Map<String, String> committed = new HashMap<>();
    // Of an id that was replaced the later line counts.
    for (String line : lines) {
      int tab = line.indexOf('\t');
      committed.put(line.substring(0, tab), line.substring(tab + 1));
    }
    try (BgeEmbedder embedder = Models.m3().build();
        BgeIndex index = BgeIndex.builder(folder, embedder).open()) {
      List<IndexedDocument> found = index
          .search(SearchRequest.builder("text")
              .mode(SearchMode.DENSE)
              .exact()
              .hits(Math.max(1, index.size()))
              .build())
          .stream()
          .map(Hit::document)
          .toList();
      assertThat(found).hasSize(index.size());
      // A doubled id would not go into the map.
      Map<String, String> texts =
          found.stream().collect(Collectors.toMap(IndexedDocument::id, IndexedDocument::text));
      assertThat(texts).containsAllEntriesOf(committed);
    }
  }

  /** Adds and commits documents, writes down which, and dies at a moment of the seed's choice. */
  static final class Victim {

    /** More than it gets to. */
    static final int MOST = 1_000_000;

    /** Dies before the index is one: there are files, and no commit. */
    static final String OPENING = "opening";

    /** Dies before the first documents are committed. */
    static final String ADDING = "adding";

    private static final int LONGEST_LIFE_MILLIS = 400;

    private Victim() {}

    public static void main(String[] args) throws IOException {
      int next = Integer.parseInt(args[2]);
      boolean adding = args[3].equals(ADDING);
      if (args[3].equals(OPENING)) {
        dieOpening(Path.of(args[0]));
      }
      Random random = new Random(adding ? 0 : Long.parseLong(args[3]));
      try (BgeEmbedder embedder = Models.m3().build();
          BgeIndex index = BgeIndex.builder(Path.of(args[0]), embedder).open()) {
        for (int batch = 0; batch < MOST / 20; batch++) {
          StringBuilder lines = new StringBuilder();
          for (int i = 0; i < 10; i++) {
            index.add(document(lines, next, "text " + next));
            next++;
          }
          // Replaced, and neither lost nor doubled.
          index.add(document(lines, next - 3, "text again " + batch));
          if (adding) {
            index.refresh();
            Runtime.getRuntime().halt(HALTED);
          }
          index.commit();
          Files.write(
              Path.of(args[1]),
              lines.toString().getBytes(StandardCharsets.UTF_8),
              StandardOpenOption.APPEND);
          if (batch == 0) {
            dieWithin(random.nextInt(LONGEST_LIFE_MILLIS));
          }
        }
      }
    }

    private static IndexedDocument document(StringBuilder lines, int number, String text) {
      lines.append('d').append(number).append('\t').append(text).append('\n');
      return IndexedDocument.of("d" + number, text);
    }

    private static void dieOpening(Path folder) throws IOException {
      try (Directory directory = FSDirectory.open(folder);
          IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig())) {
        writer.addDocument(new Document());
        writer.flush();
        Runtime.getRuntime().halt(HALTED);
      }
    }

    private static void dieWithin(int millis) {
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
      Thread killer = new Thread(() -> {
        while (System.nanoTime() < end) {
          LockSupport.parkNanos(end - System.nanoTime());
        }
        Runtime.getRuntime().halt(HALTED);
      });
      killer.setDaemon(true);
      killer.start();
    }
  }
}
