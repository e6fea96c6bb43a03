package io.github.bge4j.examples.qdrant;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.Output;
import io.github.bge4j.examples.qdrant.testing.QdrantDouble;
import io.qdrant.client.QdrantClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Compares the ingest with the embedding of the same chunks alone, round by round, with the bundled
 * model, into the stand-in in this process. Arguments: corpus.jsonl, documents, rounds. From the
 * project's root, after the tests of this module:
 *
 * <pre>{@code
 * mvn -q -pl bge-examples/qdrant dependency:build-classpath ...
 * java -cp ... io.github.bge4j.examples.qdrant.IngestThroughput corpus.jsonl 300 5
 * }</pre>
 */
final class IngestThroughput {

  private IngestThroughput() {}

  public static void main(String[] args) throws IOException {
    List<SourceDocument> documents = Factbook.read(Path.of(args[0]));
    documents = documents.subList(0, Math.min(documents.size(), Integer.parseInt(args[1])));
    try (BgeEmbedder embedder = TestModels.bundled();
        QdrantDouble server = QdrantDouble.start();
        QdrantClient client = server.client()) {
      CollectionSpec spec = CollectionSpec.builder("speed", "bge-small-en-v1.5").build();
      QdrantIngest ingest = QdrantIngest.builder(client, embedder, spec).build();
      Chunker chunker = new Chunker(embedder, 512, 64, true);
      List<String> passages = new ArrayList<>();
      documents.forEach(
          document -> chunker.chunks(document).forEach(chunk -> passages.add(chunk.passage())));
      ingest.run(documents.subList(0, Math.min(40, documents.size())));
      List<Double> ratios = new ArrayList<>();
      for (int round = 0; round < Integer.parseInt(args[2]); round++) {
        double alone;
        double whole;
        if (round % 2 == 0) {
          alone = alone(embedder, passages);
          whole = ingest.run(documents).seconds();
        } else {
          whole = ingest.run(documents).seconds();
          alone = alone(embedder, passages);
        }
        ratios.add(alone / whole);
        System.out.println(String.format(
            Locale.ROOT,
            "embedding %.1f documents/s, ingest %.1f documents/s, ratio %.3f",
            documents.size() / alone,
            documents.size() / whole,
            alone / whole));
      }
      Collections.sort(ratios);
      System.out.println(String.format(
          Locale.ROOT,
          "median ratio %.3f over %d chunks",
          ratios.get(ratios.size() / 2),
          passages.size()));
    }
  }

  private static double alone(BgeEmbedder embedder, List<String> passages) {
    long start = System.nanoTime();
    if (embedder.embed(passages, Output.DENSE).size() != passages.size()) {
      throw new IllegalStateException("every passage must have an embedding");
    }
    return (System.nanoTime() - start) / 1e9;
  }
}
