package io.github.bge4j.examples.vectordb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class VectorDatabasesTest {

  @Test
  void main_example_printsEveryForm() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    VectorDatabases.print(new PrintStream(out, true, StandardCharsets.UTF_8));
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("Milvus     {32=0.040755156, 83=0.081469566, 276=0.17001738,")
        .contains("OpenSearch {11679=0.25186998, 276=0.17001738, 32=0.040755156,")
        .contains("pgvector   {33:0.040755156,84:0.081469566,")
        .contains("594659=0.08362077", "615851=0.081469566")
        .contains("tokens=250002, indices=222447, collidingTokens=52962, largestGroup=5")
        .contains("own        {32=0.040755156, 83=0.081469566, 276=0.17001738, 335=0.12964639,")
        .contains("text       {");
  }
}
