package io.github.bge4j.sparse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The mapping {@code hash}, bit for bit, beside what Python's {@code hashlib} gives. */
class ReferenceMappingTest {

  private static final int TEXTS = 200;
  private static final int TOKENS = 150;

  static Stream<List<String>> indices() {
    return Expected.rows("indices").stream().map(List::of);
  }

  static Stream<List<String>> vectors() {
    return Expected.rows("vectors").stream().map(List::of);
  }

  static Stream<List<String>> collisions() {
    return Expected.rows("collisions").stream().map(List::of);
  }

  @Test
  void rows_oneForEachIndexSpace() {
    assertThat(Expected.rows("indices"))
        .extracting(row -> row[0])
        .containsExactly("1048576", "1000003", "4294967296", "1000", "1");
  }

  @Test
  void hash_tokensOfTheService_haveItsIndices() {
    assertThat(SparseTokenMapper.hash().index(4865)).isEqualTo(594_659);
    assertThat(SparseTokenMapper.hash().index(83)).isEqualTo(615_851);
  }

  @ParameterizedTest
  @MethodSource("indices")
  void hash_everyTokenOfTheVocabulary_hasTheIndexOfTheReference(List<String> row)
      throws IOException {
    SparseTokenMapper mapper = SparseTokenMapper.hash(Long.parseLong(row.get(0)));
    String digest = Expected.digest(out -> {
      for (int id = 0; id < Expected.VOCABULARY_SIZE; id++) {
        out.writeInt((int) mapper.index(id));
      }
    });
    assertThat(digest).isEqualTo(row.get(1));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void hash_weightsOfManyTexts_areThoseOfTheReference(List<String> row) throws IOException {
    SparseTokenMapper mapper = SparseTokenMapper.hash(Long.parseLong(row.get(0)));
    String digest = Expected.digest(out -> {
      for (int text = 0; text < TEXTS; text++) {
        SparseVector vector = mapper.map(SparseVector.ofMap(weights(text)));
        out.writeInt(vector.size());
        for (int i = 0; i < vector.size(); i++) {
          out.writeInt(vector.indices()[i]);
          out.writeFloat(vector.values()[i]);
        }
      }
    });
    assertThat(digest).isEqualTo(row.get(1));
  }

  /** FlagEmbedding's weights as they are in JSON: the keys are strings. */
  @ParameterizedTest
  @MethodSource("vectors")
  void textHash_decimalTokenIds_givesWhatHashGives(List<String> row) {
    long indexSpace = Long.parseLong(row.get(0));
    Map<String, Float> byText = new LinkedHashMap<>();
    weights(7).forEach((id, weight) -> byText.put(id.toString(), weight));
    assertThat(TextHash.map(byText, indexSpace))
        .isEqualTo(SparseTokenMapper.hash(indexSpace).map(SparseVector.ofMap(weights(7))));
  }

  @ParameterizedTest
  @MethodSource("collisions")
  void collisions_hashOfTheVocabulary_areThoseOfTheReference(List<String> row) {
    MappingCollisions expected = new MappingCollisions(
        Integer.parseInt(row.get(1)),
        Integer.parseInt(row.get(2)),
        Integer.parseInt(row.get(3)),
        Integer.parseInt(row.get(4)));
    assertThat(
            SparseTokenMapper.hash(Long.parseLong(row.get(0))).collisions(Expected.VOCABULARY_SIZE))
        .isEqualTo(expected);
  }

  @Test
  void textHash_awkwardTexts_haveTheIndexOfTheReference() {
    List<String[]> rows = Expected.rows("text");
    assertThat(rows).hasSize(6).allSatisfy(row -> {
      String text = new String(HexFormat.of().parseHex(row[1]), StandardCharsets.UTF_8);
      assertThat(TextHash.index(text, Long.parseLong(row[0]))).isEqualTo(Long.parseLong(row[2]));
    });
  }

  /** The texts of the script; the order of their tokens does not matter here. */
  private static Map<Long, Float> weights(int text) {
    Map<Long, Float> weights = new TreeMap<>();
    for (int position = 0; position < TOKENS; position++) {
      long id = (text * 7_919L + position * 104_729L) % Expected.VOCABULARY_SIZE;
      weights.put(id, (float) ((id * 2_654_435_761L % (1 << 24) + 1) / 0x1p24));
    }
    return weights;
  }
}
