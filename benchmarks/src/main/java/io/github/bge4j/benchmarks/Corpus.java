package io.github.bge4j.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The texts of the factbook corpus, or of another one in the layout of BEIR, whose corpus file
 * {@code -Dcorpus=FILE} names.
 */
final class Corpus {

  private static final Path FACTBOOK = Path.of("bge-examples", "data", "factbook", "corpus.jsonl");

  private static final String TEXT = "\"text\": \"";

  private Corpus() {}

  /** Returns every n-th document, {@code count} of them, none shorter than {@code leastChars}. */
  static List<String> passages(int count, int leastChars) {
    List<String> all =
        texts(file()).stream().filter(text -> text.length() >= leastChars).toList();
    return IntStream.range(0, count)
        .mapToObj(i -> all.get(i * all.size() / count))
        .toList();
  }

  /** Returns the first query of the file beside the corpus. */
  static String query() {
    return queries().get(0);
  }

  /** Returns all queries of the file beside the corpus. */
  static List<String> queries() {
    return texts(file().resolveSibling("queries.jsonl"));
  }

  private static Path file() {
    return Path.of(System.getProperty("corpus", FACTBOOK.toString()));
  }

  /** What follows the text in its line is taken along: the same for every engine. */
  private static List<String> texts(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .map(line -> line.substring(line.indexOf(TEXT) + TEXT.length()))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("run from the project's root: " + file, e);
    }
  }
}
