package io.github.bge4j.qdrant;

import com.sun.management.OperatingSystemMXBean;
import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.Output;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Compares the ingest with the embedding of the same chunks alone, round by round, with the bundled
 * model, into the server that QDRANT_URL names, or the stand-in in this process, whose work counts
 * against the ingest. Prints the time and the processor's time, which a busy machine disturbs less.
 * To be run on the class path of the tests. Arguments: corpus.jsonl, documents, rounds.
 */
final class IngestThroughput {

  private IngestThroughput() {}

  public static void main(String[] args) throws IOException {
    List<SourceDocument> documents = Factbook.read(Path.of(args[0]));
    documents = documents.subList(0, Math.min(documents.size(), Integer.parseInt(args[1])));
    try (BgeEmbedder embedder = TestModels.bundled();
        TestServer server = TestServer.start(
            System.getenv("QDRANT_URL") == null ? TestServer.Kind.DOUBLE : TestServer.Kind.REAL)) {
      CollectionSpec spec =
          CollectionSpec.builder(server.newCollection(), "bge-small-en-v1.5").build();
      QdrantIngest ingest =
          QdrantIngest.builder(server.client(), embedder, spec).build();
      Chunker chunker = new Chunker(embedder, 512, 64, true);
      List<String> passages = new ArrayList<>();
      documents.forEach(
          document -> chunker.chunks(document).forEach(chunk -> passages.add(chunk.passage())));
      ingest.run(documents.subList(0, Math.min(40, documents.size())));
      List<SourceDocument> all = documents;
      List<Double> ratios = new ArrayList<>();
      List<Double> processorRatios = new ArrayList<>();
      for (int round = 0; round < Integer.parseInt(args[2]); round++) {
        boolean first = round % 2 == 0;
        Took alone = first ? Took.by(() -> embed(embedder, passages)) : null;
        Took whole = Took.by(() -> ingest.run(all));
        if (alone == null) {
          alone = Took.by(() -> embed(embedder, passages));
        }
        ratios.add(alone.seconds() / whole.seconds());
        processorRatios.add(alone.processorSeconds() / whole.processorSeconds());
        System.out.println(String.format(
            Locale.ROOT,
            "embedding %.1f documents/s, ingest %.1f documents/s, ratio %.3f, of processor time %.3f",
            all.size() / alone.seconds(),
            all.size() / whole.seconds(),
            ratios.get(round),
            processorRatios.get(round)));
      }
      System.out.println(String.format(
          Locale.ROOT,
          "median ratio %.3f, of processor time %.3f; %d chunks",
          median(ratios),
          median(processorRatios),
          passages.size()));
    }
  }

  private static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
  }

  private static void embed(BgeEmbedder embedder, List<String> passages) {
    // Not in this thread, which would be a worker more than the ingest has.
    if (embedder.embedAsync(passages, Output.DENSE).join().size() != passages.size()) {
      throw new IllegalStateException("every passage must have an embedding");
    }
  }

  /** How long something took, on the clock and on all cores together. */
  private record Took(double seconds, double processorSeconds) {

    static Took by(Runnable work) {
      OperatingSystemMXBean system =
          ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
      long processor = system.getProcessCpuTime();
      long start = System.nanoTime();
      work.run();
      return new Took(
          (System.nanoTime() - start) / 1e9, (system.getProcessCpuTime() - processor) / 1e9);
    }
  }
}
