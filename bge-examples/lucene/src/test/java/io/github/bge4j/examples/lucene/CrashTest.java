package io.github.bge4j.examples.lucene;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.testing.Jdk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
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
    for (int kill = 0; kill < KILLS; kill++) {
      Process process = Jdk.process(
              "-cp",
              Jdk.classPath(),
              Victim.class.getName(),
              index.toString(),
              committed.toString(),
              String.valueOf(started),
              String.valueOf(kill))
          .redirectError(folder.resolve("error.txt").toFile())
          .start();
      assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue())
          .as("%s", Files.readString(folder.resolve("error.txt")))
          .isEqualTo(HALTED);
      started += Victim.MOST;
      assertHasAll(index, Files.readAllLines(committed));
    }
  }

  private static void assertHasAll(Path folder, List<String> committed) throws IOException {
    try (BgeEmbedder embedder = Models.m3().build();
        BgeIndex index = BgeIndex.builder(folder, embedder).open()) {
      List<String> ids = index
          .search(SearchRequest.builder("text")
              .mode(SearchMode.DENSE)
              .exact()
              .hits(Math.max(1, index.size()))
              .build())
          .stream()
          .map(hit -> hit.document().id())
          .toList();
      Set<String> distinct = new HashSet<>(ids);
      assertThat(ids).hasSize(index.size());
      assertThat(distinct).hasSize(ids.size()).containsAll(committed);
      assertThat(committed).isNotEmpty();
    }
  }

  /** Adds and commits documents, writes down which, and dies at a moment of the seed's choice. */
  static final class Victim {

    /** More than it gets to. */
    static final int MOST = 1_000_000;

    private static final int LONGEST_LIFE_MILLIS = 400;

    private Victim() {}

    public static void main(String[] args) throws IOException {
      int next = Integer.parseInt(args[2]);
      Random random = new Random(Long.parseLong(args[3]));
      try (BgeEmbedder embedder = Models.m3().build();
          BgeIndex index = BgeIndex.builder(Path.of(args[0]), embedder).open()) {
        for (int batch = 0; batch < MOST / 20; batch++) {
          StringBuilder ids = new StringBuilder();
          for (int i = 0; i < 10; i++) {
            index.add(IndexedDocument.of("d" + next, "text " + next));
            ids.append('d').append(next++).append('\n');
          }
          // Replaced, and neither lost nor doubled.
          index.add(IndexedDocument.of("d" + (next - 3), "text again " + batch));
          index.commit();
          Files.write(
              Path.of(args[1]),
              ids.toString().getBytes(StandardCharsets.UTF_8),
              StandardOpenOption.APPEND);
          if (batch == 0) {
            dieWithin(random.nextInt(LONGEST_LIFE_MILLIS));
          }
        }
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
