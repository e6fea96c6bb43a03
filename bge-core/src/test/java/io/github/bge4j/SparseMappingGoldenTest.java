package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.annotations.SerializedName;
import io.github.bge4j.sparse.SparseTokenMapper;
import io.github.bge4j.sparse.SparseVector;
import io.github.bge4j.testing.GoldenFiles;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The reference's lexical weights, mapped bit for bit as bge_inference_service maps them. */
class SparseMappingGoldenTest {

  private static final ModelSource MODEL = ModelSource.directory(GoldenFiles.path("m3"));

  /** A vector as the script writes it. */
  private record Vector(List<Long> indices, List<Float> values) {}

  /** What both modes give for a text. */
  private record Mapped(
      Vector hash, @SerializedName("legacy_tokenizer") Vector legacyTokenizer) {}

  private static List<Vector> mapped(SparseTokenMapper mapper) {
    return GoldenRow.read("m3.expected.jsonl.gz").stream()
        .map(row -> mapper.map(SparseVector.ofMap(row.lexical())))
        .map(vector -> new Vector(vector.indexList(), vector.valueList()))
        .toList();
  }

  private static List<Mapped> expected() {
    return GoldenRow.read("m3.mapped.expected.jsonl.gz", Mapped.class);
  }

  @Test
  void hash_weightsOfTheReference_areMappedAsTheServiceDoes() {
    assertThat(mapped(SparseTokenMapper.hash()))
        .hasSize(274)
        .isEqualTo(expected().stream().map(Mapped::hash).toList());
  }

  @Test
  void legacyTokenizer_weightsOfTheReference_areMappedAsTheServiceDoes() {
    ModelVocabulary vocabulary = ModelVocabulary.read(MODEL);
    SparseTokenMapper mapper =
        SparseTokenMapper.legacyTokenizer(vocabulary.ids(), vocabulary.unknownToken());
    List<Vector> expected = expected().stream().map(Mapped::legacyTokenizer).toList();
    assertThat(expected).anySatisfy(vector -> assertThat(vector.indices()).hasSizeGreaterThan(2));
    assertThat(mapped(mapper)).isEqualTo(expected);
  }

  @Test
  void lexicalWeights_ofAnEmbedding_goStraightIntoAMapper() {
    try (BgeEmbedder embedder = BgeEmbedder.builder().model(MODEL).build()) {
      Embedding embedding =
          embedder.embed(List.of("What is 50 + 5?"), Output.SPARSE).get(0);
      SparseVector weights = embedding.lexicalWeights();
      assertThat(weights.size()).isPositive();
      assertThat(SparseTokenMapper.tokenizer().map(weights)).isEqualTo(weights);
      assertThat(SparseTokenMapper.hash().map(weights).size()).isEqualTo(weights.size());
    }
  }
}
