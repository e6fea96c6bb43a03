package io.github.bge4j.spark;

import static io.github.bge4j.Output.DENSE;
import static io.github.bge4j.Output.MULTI_VECTOR;
import static io.github.bge4j.Output.SPARSE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.Embedding;
import io.github.bge4j.InputType;
import io.github.bge4j.sparse.SparseTokenMapper;
import io.github.bge4j.sparse.SparseVector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BgeEmbeddingTransformerTest {

  private static BgeEmbedder library;

  @BeforeAll
  static void open() {
    library = Sparks.openM3();
  }

  @AfterAll
  static void close() {
    library.close();
  }

  private static BgeEmbeddingTransformer stage() {
    return new BgeEmbeddingTransformer().setModel(Sparks.m3()).setOutputs("dense", "sparse");
  }

  @Test
  void transform_manyRowsInTwoTasks_givesTheLibrarysVectorsBitForBit() {
    List<String> texts = Sparks.texts(500);
    List<Row> rows = stage().transform(Sparks.rows(texts, 5)).collectAsList();
    Sparks.assertSame(rows, library.embed(texts, DENSE, SPARSE));
  }

  @Test
  void transform_windowsOfThreeRows_changesNothing() {
    List<String> texts = Sparks.texts(50);
    List<Row> rows = stage().setBatchSize(3).transform(Sparks.rows(texts, 2)).collectAsList();
    Sparks.assertSame(rows, library.embed(texts, DENSE, SPARSE));
  }

  @Test
  void transform_nullText_hasNullColumnsAndBlankTextIsEmbedded() {
    List<Row> rows = stage()
        .transform(Sparks.rows(Arrays.asList(null, " ", ""), 1))
        .orderBy("id")
        .collectAsList();
    assertThat(List.of("dense", "sparse", "tokens", "truncated"))
        .allMatch(column -> rows.get(0).isNullAt(rows.get(0).fieldIndex(column)));
    Sparks.assertSame(rows.get(1), library.embed(" ", DENSE, SPARSE));
    Sparks.assertSame(rows.get(2), library.embed("", DENSE, SPARSE));
  }

  @Test
  void transform_onlyNullTexts_needsNoModel() {
    Dataset<Row> rows = new BgeEmbeddingTransformer()
        .setModel("there/is.none")
        .transform(Sparks.rows(Arrays.asList(null, null), 1));
    assertThat(rows.collectAsList()).hasSize(2);
  }

  @Test
  void transform_longText_isCutAndMarked() {
    String text = "capital of France ".repeat(20);
    Row row = stage()
        .setMaxTokens(16)
        .transform(Sparks.rows(List.of(text), 1))
        .collectAsList()
        .get(0);
    assertThat(row.<Integer>getAs("tokens")).isEqualTo(16);
    assertThat(row.<Boolean>getAs("truncated")).isTrue();
  }

  @Test
  void transform_colbert_givesOneVectorAToken() {
    Row row = stage()
        .setOutputs("colbert")
        .transform(Sparks.rows(List.of("capital of France"), 1))
        .collectAsList()
        .get(0);
    float[][] expected =
        library.embed("capital of France", MULTI_VECTOR).multiVector().toArray();
    List<?> colbert = row.getList(row.fieldIndex("colbert"));
    assertThat(colbert).hasSameSizeAs(expected);
    Row unrolled = stage()
        .setOutputs("colbert")
        .transform(Sparks.rows(List.of("capital of France"), 1))
        .selectExpr("flatten(colbert) as flat")
        .collectAsList()
        .get(0);
    assertThat(Sparks.floats(unrolled, "flat")).isEqualTo(flat(expected));
  }

  private static float[] flat(float[][] rows) {
    float[] flat = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
    }
    return flat;
  }

  @Test
  void transform_hashMapping_givesItsIndices() {
    Row row = stage()
        .setSparseMapping("hash")
        .transform(Sparks.rows(List.of("heat transfer"), 1))
        .selectExpr("sparse.indices as indices", "sparse.values as values")
        .collectAsList()
        .get(0);
    SparseVector expected =
        SparseTokenMapper.hash().map(library.embed("heat transfer", SPARSE).lexicalWeights());
    assertThat(row.<Integer>getList(0))
        .isEqualTo(Arrays.stream(expected.indices()).boxed().toList());
    assertThat(Sparks.floats(row, "values")).isEqualTo(expected.values());
  }

  @Test
  void transform_twoStages_haveColumnsUnderTheirPrefixes() {
    Dataset<Row> passages = stage().transform(Sparks.rows(List.of("speed"), 1));
    Row row = stage()
        .setQuery(true)
        .setOutputPrefix("query_")
        .transform(passages)
        .collectAsList()
        .get(0);
    Embedding query = library.embed("speed", InputType.QUERY, DENSE);
    assertThat(Sparks.floats(row, "query_dense")).isEqualTo(query.dense());
    assertThat(row.<Integer>getAs("query_tokens")).isEqualTo(query.tokenCount());
    Sparks.assertSame(row, library.embed("speed", DENSE, SPARSE));
  }

  @Test
  void pipeline_savedAndLoaded_givesTheSameRows(@TempDir Path folder) throws IOException {
    Dataset<Row> rows = Sparks.rows(Sparks.texts(20), 2);
    PipelineModel pipeline =
        new Pipeline().setStages(new PipelineStage[] {stage().setMaxTokens(12)}).fit(rows);
    pipeline.write().save(folder.resolve("pipeline").toString());
    PipelineModel loaded = PipelineModel.load(folder.resolve("pipeline").toString());
    assertThat(loaded.transform(rows).orderBy("id").collectAsList())
        .isEqualTo(pipeline.transform(rows).orderBy("id").collectAsList());
  }

  @Test
  void load_savedStage_hasEveryParameter(@TempDir Path folder) throws IOException {
    BgeEmbeddingTransformer stage = new BgeEmbeddingTransformer()
        .setModel("BAAI/bge-m3")
        .setPrecision("int8")
        .setDevice("cuda:1")
        .setOutputs("sparse", "colbert")
        .setMaxTokens(100)
        .setBatchSize(7)
        .setWorkers(3)
        .setOutputPrefix("p_")
        .setQuery(true)
        .setInputCol("body")
        .setSparseMapping("hash");
    stage.save(folder.resolve("stage").toString());
    BgeEmbeddingTransformer loaded =
        BgeEmbeddingTransformer.load(folder.resolve("stage").toString());
    assertThat(loaded.uid()).isEqualTo(stage.uid());
    assertThat(loaded.params()).hasSize(11);
    assertThat(values(loaded))
        .isEqualTo(values(stage))
        .noneMatch(value -> value.endsWith("=default"));
  }

  /** Returns what is set, with the content of arrays. */
  private static List<String> values(BgeEmbeddingTransformer stage) {
    List<String> values = new ArrayList<>();
    for (Param<?> param : stage.params()) {
      Object value = stage.isSet(param) ? stage.getOrDefault(param) : "default";
      values.add(param.name() + "=" + (value instanceof Object[] array ? List.of(array) : value));
    }
    return values;
  }

  @Test
  void copy_extraParameter_goesBeforeWhatIsSet() {
    BgeEmbeddingTransformer stage = stage().setBatchSize(9);
    BgeEmbeddingTransformer copy = stage.copy(new ParamMap().put(stage.batchSize(), 4));
    assertThat(copy.window()).isEqualTo(4);
    assertThat(copy.settings()).isEqualTo(stage.settings());
    assertThat(stage.window()).isEqualTo(9);
  }

  @Test
  void transformSchema_isWhatTransformGives() {
    Dataset<Row> rows = Sparks.rows(List.of("a"), 1);
    BgeEmbeddingTransformer stage = stage().setOutputs("dense", "sparse", "colbert");
    StructType schema = stage.transformSchema(rows.schema());
    assertThat(stage.transform(rows).schema()).isEqualTo(schema);
    assertThat(schema.simpleString())
        .isEqualTo("struct<id:int,text:string,dense:array<float>,"
            + "sparse:struct<indices:array<int>,values:array<float>>,"
            + "colbert:array<array<float>>,tokens:int,truncated:boolean>");
  }

  @Test
  void transform_wrongColumns_saysWhatIsThere() {
    Dataset<Row> rows = Sparks.rows(List.of("a"), 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> stage().setInputCol("body").transform(rows))
        .withMessage("input column must be one of [id, text]: body; set another");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> stage().setInputCol("id").transform(rows))
        .withMessage("input column id must hold strings: int; cast it");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> stage().transform(stage().transform(rows)))
        .withMessage("output column must be new: dense; drop it, or call setOutputPrefix with"
            + " another prefix");
  }

  @Test
  void set_wrongValue_isRefused() {
    BgeEmbeddingTransformer stage = new BgeEmbeddingTransformer();
    assertThatIllegalArgumentException()
        .isThrownBy(stage::settings)
        .withMessageEndingWith("must be set: it is not; call setModel(name)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> stage.setOutputs("dense", "dens"))
        .withMessage("outputs must be dense, sparse or colbert: dens; choose of these");
    assertThatThrownBy(() -> stage.setDevice("tpu"))
        .hasMessage("device must be one of auto, cpu, cuda, cuda:N and cuda:N,N: tpu");
    assertThatThrownBy(() -> stage.setPrecision("fp8")).hasMessageContaining("fp8");
    assertThatThrownBy(() -> stage.setBatchSize(0)).hasMessageContaining("batchSize");
  }
}
