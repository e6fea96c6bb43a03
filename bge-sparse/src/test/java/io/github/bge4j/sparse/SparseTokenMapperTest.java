package io.github.bge4j.sparse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SparseTokenMapperTest {

  private static final SparseVector WEIGHTS =
      SparseVector.of(new int[] {2, 3, 5, 8}, new float[] {0.5f, 0.25f, 2, 1});

  /** Re-run one failing case with {@code -Dbge.test.seed=N}. */
  static LongStream seeds() {
    Long pinned = Long.getLong("bge.test.seed");
    return pinned == null ? LongStream.range(0, 100) : LongStream.of(pinned);
  }

  @Test
  void tokenizer_anyToken_isItsOwnIndex() {
    SparseTokenMapper mapper = SparseTokenMapper.tokenizer();
    assertThat(mapper.name()).isEqualTo("tokenizer");
    assertThat(mapper.indexSpace()).isEqualTo(1_048_576);
    assertThat(mapper.index(250_001)).isEqualTo(250_001);
    assertThat(mapper.map(WEIGHTS)).isEqualTo(WEIGHTS);
    assertThat(mapper.collisions(1000)).isEqualTo(new MappingCollisions(1000, 1000, 0, 1));
    assertThat(mapper).hasToString("SparseTokenMapper[tokenizer, index space 1048576]");
  }

  @Test
  void tokenizer_tokenBeyondTheIndexSpace_throws() {
    SparseTokenMapper mapper = SparseTokenMapper.tokenizer(8);
    assertThat(mapper.index(7)).isEqualTo(7);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> mapper.map(WEIGHTS))
        .withMessage("mapping tokenizer must give an index below its index space 8: 8 for token 8;"
            + " choose a larger index space");
    assertThatIllegalArgumentException().isThrownBy(() -> mapper.collisions(9));
  }

  @Test
  void tokenizer_largestIndexSpace_holdsEveryToken() {
    SparseTokenMapper mapper = SparseTokenMapper.tokenizer(1L << 32);
    SparseVector weights = SparseVector.of(new int[] {0, -1}, new float[] {1, 2});
    assertThat(mapper.index(4_294_967_295L)).isEqualTo(4_294_967_295L);
    assertThat(mapper.map(weights)).isEqualTo(weights);
  }

  @Test
  void hash_indexSpaceOfOne_addsAllWeights() {
    assertThat(SparseTokenMapper.hash(1).map(WEIGHTS))
        .isEqualTo(SparseVector.of(new int[] {0}, new float[] {3.75f}));
  }

  @Test
  void hash_tokenBeyondTheKeptOnes_isHashedAlike() {
    assertThat(SparseTokenMapper.hash().name()).isEqualTo("hash");
    for (long id : new long[] {250_001, 250_002, 4_294_967_295L}) {
      assertThat(SparseTokenMapper.hash(1L << 32).index(id))
          .isEqualTo(TextHash.index(Long.toString(id), 1L << 32));
    }
  }

  @Test
  void hash_manyThreadsAtOnce_allGetTheSame() throws InterruptedException {
    AtomicReferenceArray<List<Long>> seen = new AtomicReferenceArray<>(4);
    List<Thread> threads = IntStream.range(0, 4)
        .mapToObj(thread -> new Thread(() -> seen.set(
            thread,
            LongStream.range(200_000, 202_000)
                .map(SparseTokenMapper.hash()::index)
                .boxed()
                .toList())))
        .toList();
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    List<Long> expected = LongStream.range(200_000, 202_000)
        .map(id -> TextHash.index(Long.toString(id), 1 << 20))
        .boxed()
        .toList();
    for (int i = 0; i < 4; i++) {
      assertThat(seen.get(i)).isEqualTo(expected);
    }
  }

  @Test
  void of_lambda_mapsByItsRule() {
    SparseTokenMapper mapper = SparseTokenMapper.of(
        "even halves", 3, id -> id % 2 == 0 ? id / 4 : SparseTokenMapper.NO_INDEX);
    assertThat(mapper.name()).isEqualTo("even halves");
    assertThat(mapper.indexSpace()).isEqualTo(3);
    assertThat(mapper.index(3)).isEqualTo(SparseTokenMapper.NO_INDEX);
    assertThat(mapper.map(WEIGHTS))
        .isEqualTo(SparseVector.of(new int[] {0, 2}, new float[] {0.5f, 1}));
    assertThat(mapper.collisions(8)).isEqualTo(new MappingCollisions(4, 2, 4, 2));
  }

  @Test
  void of_lambdaOutsideItsIndexSpace_throws() {
    SparseTokenMapper mapper = SparseTokenMapper.of("broken", 10, id -> id - 4);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> mapper.index(2))
        .withMessage("mapping broken must give an index below its index space 10: -2 for token 2;"
            + " choose a larger index space");
    assertThatIllegalArgumentException().isThrownBy(() -> mapper.index(14));
  }

  @Test
  void of_blankName_throws() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SparseTokenMapper.of(" ", 10, id -> 0))
        .withMessage(
            "a mapping must have a name: it is blank; give it one, by which indexes are told apart");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, (1L << 32) + 1, Long.MIN_VALUE})
  void factories_indexSpaceOutOfBounds_throw(long indexSpace) {
    String message =
        "index space must be from 1 to 4294967296: " + indexSpace + "; leave it out for 1048576";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SparseTokenMapper.tokenizer(indexSpace))
        .withMessage(message);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SparseTokenMapper.hash(indexSpace))
        .withMessage(message);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SparseTokenMapper.of("mine", indexSpace, id -> 0))
        .withMessage(message);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SparseTokenMapper.hashText(Map.of(), indexSpace))
        .withMessage(message);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TextHash.map(Map.of(), indexSpace))
        .withMessage(message);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TextHash.index("a", indexSpace))
        .withMessage(message);
  }

  @Test
  void index_tokenIdOutOfBounds_throws() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SparseTokenMapper.hash().index(-1))
        .withMessage("token id must be from 0 to 4294967295: -1; pass an id of the tokenizer");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SparseTokenMapper.hash().index(1L << 32))
        .withMessage(
            "token id must be from 0 to 4294967295: 4294967296; pass an id of the tokenizer");
  }

  @Test
  void collisions_negativeSize_throws() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SparseTokenMapper.hash().collisions(-1))
        .withMessage("vocabulary size must not be negative: -1; pass the number of tokens");
  }

  @Test
  void collisions_nothingMapped_areNone() {
    SparseTokenMapper none = SparseTokenMapper.of("none", 1, id -> SparseTokenMapper.NO_INDEX);
    assertThat(none.collisions(5)).isEqualTo(new MappingCollisions(0, 0, 0, 0));
  }

  @Test
  void map_noWeights_isEmpty() {
    SparseVector empty = SparseVector.of(new int[0], new float[0]);
    assertThat(SparseTokenMapper.hash().map(empty)).isEqualTo(empty);
  }

  @Test
  void map_sumTooLargeForAFloat_throws() {
    SparseVector huge =
        SparseVector.of(new int[] {1, 2}, new float[] {Float.MAX_VALUE, Float.MAX_VALUE});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SparseTokenMapper.hash(1).map(huge))
        .withMessage(
            "weights of one index must have a finite sum: 6.805646932770577E38 at index 0; give weights that a float can hold");
  }

  /** As floats one by one, the small weights would be lost. */
  @Test
  void map_collidingWeights_addsInDouble() {
    SparseVector weights =
        SparseVector.of(new int[] {1, 2, 3}, new float[] {0x1p24f, 0.75f, 0.75f});
    assertThat(SparseTokenMapper.hash(1).map(weights))
        .isEqualTo(SparseVector.of(new int[] {0}, new float[] {0x1p24f + 2}));
  }

  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void map_entriesInAnyOrder_givesTheSame(long seed) {
    Random random = new Random(seed);
    List<Map.Entry<String, Float>> entries = new ArrayList<>();
    for (int id : random.ints(0, 250_002).distinct().limit(300).toArray()) {
      // From 2^-60 to 2^60, so that the order of additions does count in a double.
      float weight = Math.scalb(1 + random.nextFloat(), random.nextInt(121) - 60);
      entries.add(Map.entry(Integer.toString(id), random.nextBoolean() ? weight : -weight));
    }
    long indexSpace = 1L + random.nextInt(40);
    SparseTokenMapper mapper = SparseTokenMapper.hash(indexSpace);
    SparseVector byId = mapper.map(SparseVector.ofMap(idMap(entries)));
    SparseVector byText = TextHash.map(textMap(entries), indexSpace);
    for (int i = 0; i < 5; i++) {
      Collections.shuffle(entries, random);
      assertThat(mapper.map(SparseVector.ofMap(idMap(entries)))).isEqualTo(byId);
      assertThat(TextHash.map(textMap(entries), indexSpace)).isEqualTo(byText);
    }
  }

  /** Beside the plainest way there is, on awkward index spaces. */
  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void map_randomWeights_matchesAPlainMap(long seed) {
    Random random = new Random(seed);
    long indexSpace = 1 + (random.nextLong() >>> (32 + random.nextInt(32)));
    SparseTokenMapper mapper = SparseTokenMapper.hash(indexSpace);
    Map<Long, Float> weights = new LinkedHashMap<>();
    Map<Long, Float> expected = new LinkedHashMap<>();
    for (int id : random.ints(0, 250_002).distinct().limit(random.nextInt(400)).toArray()) {
      // Few bits, so that sums are exact in a float, too.
      float weight = random.nextInt(1 << 12) / 4096f;
      weights.put((long) id, weight);
      expected.merge(TextHash.index(Integer.toString(id), indexSpace), weight, Float::sum);
    }
    assertThat(mapper.map(SparseVector.ofMap(weights))).isEqualTo(SparseVector.ofMap(expected));
  }

  private static Map<Long, Float> idMap(List<Map.Entry<String, Float>> entries) {
    Map<Long, Float> map = new LinkedHashMap<>();
    entries.forEach(entry -> map.put(Long.valueOf(entry.getKey()), entry.getValue()));
    return map;
  }

  private static Map<String, Float> textMap(List<Map.Entry<String, Float>> entries) {
    Map<String, Float> map = new LinkedHashMap<>();
    entries.forEach(entry -> map.put(entry.getKey(), entry.getValue()));
    return map;
  }

  @Test
  void dot_mappedVectors_isTheScoreOfTheirWeights() {
    SparseVector query =
        SparseVector.of(new int[] {83, 4865, 11_679}, new float[] {0.5f, 0.25f, 3});
    SparseVector passage = SparseVector.of(new int[] {4865, 11_679}, new float[] {2, 0.125f});
    SparseTokenMapper mapper = SparseTokenMapper.hash();
    assertThat(query.dot(passage)).isEqualTo(0.875);
    assertThat(mapper.map(query).dot(mapper.map(passage))).isEqualTo(0.875);
  }
}
