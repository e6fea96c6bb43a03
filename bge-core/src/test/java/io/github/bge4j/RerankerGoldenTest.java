package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.bge4j.internal.text.HuggingFaceTokenizer;
import io.github.bge4j.internal.text.PairEncoder;
import io.github.bge4j.internal.text.TokenizedText;
import io.github.bge4j.internal.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tiny cross-encoders against the reference's answers. */
class RerankerGoldenTest {

  @TempDir
  private Path folder;

  private byte[] m3Tokenizer = new byte[0];

  @BeforeEach
  void readTokenizer() throws IOException {
    m3Tokenizer = Files.readAllBytes(GoldenRow.folder("m3/tokenizer.json"));
  }

  @ParameterizedTest
  @CsvSource({
    "bert-reranker.expected.jsonl.gz, 512",
    "bert-reranker.expected.jsonl.gz, 48",
    "reranker.expected.jsonl.gz, 512",
    "reranker.expected.jsonl.gz, 64"
  })
  void encode_everyPair_givesTheIdsAndTypesOfTheReference(String file, int maxTokens) {
    boolean bert = file.startsWith("bert");
    try (Tokenizer tokenizer =
        HuggingFaceTokenizer.open(bert ? BgeSmall.tokenizerJson() : m3Tokenizer, file)) {
      PairEncoder encoder = new PairEncoder(tokenizer, maxTokens, maxTokens * 3 / 4);
      List<GoldenPair> rows = GoldenPair.read(file, maxTokens);
      assertThat(rows).hasSize(76);
      for (GoldenPair row : rows) {
        TokenizedText pair = encoder.encode(encoder.encodeQuery(row.query()), row.passage());
        assertThat(pair.ids()).isEqualTo(row.ids());
        int ones =
            bert ? (int) IntStream.of(row.typeIds()).filter(type -> type == 1).count() : 0;
        assertThat(pair.firstSegment()).isEqualTo(row.ids().length - ones);
        if (bert) {
          assertThat(row.typeIds()).isSorted();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 48})
  void scores_bert_matchTheReference(int maxTokens) throws IOException {
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(GoldenRow.folder("bert-reranker/" + file), folder.resolve(file));
    }
    Files.write(folder.resolve("tokenizer.json"), BgeSmall.tokenizerJson());
    List<GoldenPair> rows = GoldenPair.read("bert-reranker.expected.jsonl.gz", maxTokens);
    BgeRerankerBuilder builder =
        BgeReranker.builder().model(ModelSource.directory(folder)).maxTokens(maxTokens);
    List<TextPair> pairs = rows.stream().map(GoldenPair::pair).toList();
    try (BgeReranker raw = builder.build();
        BgeReranker normalized = builder.normalize(true).build()) {
      List<PairScore> logits = raw.scores(pairs);
      List<PairScore> sigmoids = normalized.scores(pairs);
      for (int i = 0; i < rows.size(); i++) {
        GoldenPair row = rows.get(i);
        assertThat(logits.get(i).score()).isCloseTo(row.logit(), within(GoldenAssert.SCORE));
        assertThat(sigmoids.get(i).score()).isCloseTo(row.sigmoid(), within(GoldenAssert.SCORE));
        assertThat(logits.get(i).tokenCount()).isEqualTo(row.ids().length);
      }
    }
  }

  /** The file has the two logits of the longer half of the pairs; see its README. */
  @ParameterizedTest
  @ValueSource(ints = {512, 64})
  void scores_xlmRoberta_matchTheReference(int maxTokens) throws IOException {
    List<GoldenPair> rows = GoldenPair.read("reranker.expected.jsonl.gz", maxTokens);
    List<double[]> logits = new ArrayList<>();
    List<double[]> sigmoids = new ArrayList<>();
    for (int label = 0; label < 2; label++) {
      Path one = folder.resolve("label" + label);
      OneLabel.write(GoldenRow.folder("reranker"), label, one);
      Files.write(one.resolve("tokenizer.json"), m3Tokenizer);
      BgeRerankerBuilder builder =
          BgeReranker.builder().model(ModelSource.directory(one)).maxTokens(maxTokens);
      logits.add(scores(builder, rows));
      sigmoids.add(scores(builder.normalize(true), rows));
    }
    int[] longest = IntStream.range(0, rows.size())
        .boxed()
        .sorted(Comparator.comparingInt(i -> -rows.get(i).ids().length))
        .limit(rows.size() / 2)
        .mapToInt(i -> i)
        .toArray();
    assertSameNumbers(logits, longest, rows.stream().mapToDouble(GoldenPair::logit));
    assertSameNumbers(sigmoids, longest, rows.stream().mapToDouble(GoldenPair::sigmoid));
  }

  private static void assertSameNumbers(List<double[]> actual, int[] pairs, DoubleStream expected) {
    double[] sorted = actual.stream()
        .flatMapToDouble(label -> IntStream.of(pairs).mapToDouble(pair -> label[pair]))
        .sorted()
        .toArray();
    assertThat(sorted).containsExactly(expected.sorted().toArray(), within(GoldenAssert.SCORE));
  }

  private static double[] scores(BgeRerankerBuilder builder, List<GoldenPair> rows) {
    try (BgeReranker reranker = builder.build()) {
      return reranker.scores(rows.stream().map(GoldenPair::pair).toList()).stream()
          .mapToDouble(PairScore::score)
          .toArray();
    }
  }
}
