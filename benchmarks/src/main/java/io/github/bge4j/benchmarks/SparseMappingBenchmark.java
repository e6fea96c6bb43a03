package io.github.bge4j.benchmarks;

import io.github.bge4j.sparse.SparseTokenMapper;
import io.github.bge4j.sparse.SparseVector;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Nanoseconds and bytes a token to map the weights of texts with 150 tokens, each mapping beside
 * the naive one.
 *
 * <p>From the project's root:
 *
 * <pre>
 * mvn -q -Pbenchmarks -DskipTests package
 * java -jar benchmarks/target/benchmarks.jar SparseMapping -prof gc -rf json -rff mapping.json
 * </pre>
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(5)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class SparseMappingBenchmark {

  private static final int VOCABULARY_SIZE = 250_002;
  private static final int TOKENS = 150;

  /** Enough that no branch predictor knows them by heart. */
  private static final int TEXTS = 256;

  private static final Map<String, SparseTokenMapper> MAPPERS = Map.of(
      "tokenizer",
      SparseTokenMapper.tokenizer(),
      "hash",
      SparseTokenMapper.hash(),
      "hash-1000003",
      SparseTokenMapper.hash(1_000_003),
      "legacy-tokenizer",
      SparseTokenMapper.legacyTokenizer(numbers(), "<unk>"),
      "lambda",
      SparseTokenMapper.of("lambda", 1 << 20, id -> id * 31 & 0xFFFFF));

  /** Every hundredth token id is a token's text. */
  private static Map<String, Integer> numbers() {
    Map<String, Integer> vocabulary = new HashMap<>(Map.of("<unk>", VOCABULARY_SIZE));
    for (int i = 0; i < VOCABULARY_SIZE; i += 100) {
      vocabulary.put(Integer.toString(i), i / 100);
    }
    return vocabulary;
  }

  /** The texts, in turn. */
  @State(Scope.Thread)
  public static class Texts {

    /**
     * Zipf's law, as in a text: the vocabulary of BGE-M3 is in order of frequency. Or evenly over
     * all tokens, which is as hard on caches as it can be.
     */
    @Param({"zipf", "even"})
    public String tokens = "";

    private final SparseVector[] weights = new SparseVector[TEXTS];
    private int next;

    /** Makes the texts, and lets the compiler see that there is more than one mapping. */
    @Setup
    public void make() {
      Random random = new Random(7);
      Arrays.setAll(weights, text -> text(() -> token(random), random));
      for (int round = 0; round < 100; round++) {
        for (SparseTokenMapper mapper : MAPPERS.values()) {
          Arrays.stream(weights).forEach(mapper::map);
        }
      }
    }

    private int token(Random random) {
      return tokens.equals("zipf")
          ? (int) Math.exp(random.nextDouble() * Math.log(VOCABULARY_SIZE))
          : random.nextInt(VOCABULARY_SIZE);
    }

    private static SparseVector text(IntSupplier token, Random random) {
      return SparseVector.ofUnsorted(
          IntStream.generate(token).distinct().limit(TOKENS).boxed().toList(),
          random.doubles(TOKENS).boxed().toList());
    }

    private SparseVector next() {
      return weights[next++ % TEXTS];
    }
  }

  /** One of ours. */
  @SuppressWarnings("NullAway.Init") // JMH sets the fields
  @State(Scope.Benchmark)
  public static class Ours {

    /** How tokens become indices; {@code hash-1000003} needs a division, {@code hash} does not. */
    @Param({"tokenizer", "hash", "hash-1000003", "legacy-tokenizer", "lambda"})
    public String mapping;

    private SparseTokenMapper mapper;

    /** Finds the mapping. */
    @Setup
    public void find() {
      mapper = Objects.requireNonNull(MAPPERS.get(mapping));
    }
  }

  /**
   * Maps a text with this library.
   *
   * @param texts what to map
   * @param ours how to map it
   * @return the vector
   */
  @Benchmark
  @OperationsPerInvocation(TOKENS)
  public SparseVector map(Texts texts, Ours ours) {
    return ours.mapper.map(texts.next());
  }

  /**
   * Maps a text by {@code hash} as one would write it down: a SHA-256 for every token, and a map.
   *
   * @param texts what to map
   * @return the weights by index
   */
  @Benchmark
  @OperationsPerInvocation(TOKENS)
  public Map<Long, Float> naiveHash(Texts texts) {
    return NaiveHash.map(texts.next(), SparseTokenMapper.DEFAULT_INDEX_SPACE);
  }
}
