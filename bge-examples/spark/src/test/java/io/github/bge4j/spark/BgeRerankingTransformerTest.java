package io.github.bge4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.bge4j.BgeReranker;
import io.github.bge4j.ModelSource;
import io.github.bge4j.PairScore;
import io.github.bge4j.TextPair;
import io.github.bge4j.testing.GoldenFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BgeRerankingTransformerTest {

  @TempDir
  private static Path folder;

  private static BgeRerankingTransformer stage() throws IOException {
    Path model = GoldenFiles.writeModel("reranker-label1", folder.resolve("reranker"));
    return new BgeRerankingTransformer().setModel(model.toString()).setPassageCol("text");
  }

  private static Dataset<Row> pairs(List<String> texts) {
    return Sparks.rows(texts, 3).selectExpr("id", "concat('heat ', id) as query", "text");
  }

  @Test
  void transform_pairs_givesTheLibrarysScoresBitForBit() throws IOException {
    List<String> texts = Sparks.texts(100);
    List<Row> rows =
        stage().setBatchSize(16).transform(pairs(texts)).orderBy("id").collectAsList();
    List<TextPair> pairs = IntStream.range(0, texts.size())
        .mapToObj(i -> new TextPair("heat " + i, texts.get(i)))
        .toList();
    try (BgeReranker library = BgeReranker.builder()
        .model(ModelSource.directory(folder.resolve("reranker")))
        .build()) {
      assertThat(rows.stream()
              .map(row -> new PairScore(
                  row.<Double>getAs("score"),
                  row.<Integer>getAs("tokens"),
                  row.<Boolean>getAs("truncated"))))
          .isEqualTo(library.scores(pairs));
    }
  }

  @Test
  void transform_nullQueryOrPassage_hasNullColumns() throws IOException {
    List<Row> rows = stage()
        .transform(Sparks.rows(List.of("a", "b", "c"), 1)
            .selectExpr(
                "id", "if(id = 0, null, 'heat') as query", "if(id = 1, null, text) as text"))
        .orderBy("id")
        .collectAsList();
    assertThat(rows.stream().map(row -> row.isNullAt(row.fieldIndex("score"))))
        .containsExactly(true, true, false);
    assertThat(rows.stream().map(row -> row.isNullAt(row.fieldIndex("tokens"))))
        .containsExactly(true, true, false);
  }

  @Test
  void load_savedStage_hasEveryParameter(@TempDir Path saved) throws IOException {
    BgeRerankingTransformer stage = stage().setQueryCol("question").setOutputPrefix("r_");
    stage.save(saved.resolve("stage").toString());
    BgeRerankingTransformer loaded =
        BgeRerankingTransformer.load(saved.resolve("stage").toString());
    assertThat(loaded.params()).hasSize(9);
    assertThat(loaded.explainParams()).isEqualTo(stage.explainParams());
  }

  @Test
  void transform_missingPassages_saysWhatIsThere() throws IOException {
    BgeRerankingTransformer stage = stage().setPassageCol("passage");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> stage.transform(pairs(List.of("a"))))
        .withMessage("input column must be one of [id, query, text]: passage; set another");
  }
}
