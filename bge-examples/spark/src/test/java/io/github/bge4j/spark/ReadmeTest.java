package io.github.bge4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.testing.GoldenFiles;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stages of the README, on tiny models. */
class ReadmeTest {

  @Test
  void stages_asInTheReadme_addTheirColumns(@TempDir Path folder) throws Exception {
    String model = Sparks.m3();
    String rerankerModel = GoldenFiles.writeModel("reranker-label1", folder).toString();
    Dataset<Row> texts = Sparks.rows(List.of("capital of France", "rivers"), 1);
    Dataset<Row> pairs = texts.selectExpr("'heat' as query", "text as passage");

    BgeEmbeddingTransformer stage = new BgeEmbeddingTransformer()
        .setModel(model)
        .setInputCol("text")
        .setOutputs("dense", "sparse");
    Dataset<Row> vectors = stage.transform(texts);
    Dataset<Row> scores = new BgeRerankingTransformer().setModel(rerankerModel).transform(pairs);

    assertThat(vectors.columns()).contains("text", "dense", "sparse", "tokens", "truncated");
    assertThat(scores.columns())
        .containsExactly("query", "passage", "score", "tokens", "truncated");
    assertThat(vectors.collectAsList()).hasSize(2);
    assertThat(scores.collectAsList()).hasSize(2);
  }
}
