package io.github.bge4j;

import static io.github.bge4j.GoldenAssert.assertVector;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.testing.GoldenFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A tiny checkpoint in the layout of BAAI/bge-*-en-v1.5, stored in fp16, against the reference's
 * answers.
 */
class BertGoldenTest {

  @TempDir
  private Path folder;

  @Test
  void embed_clsAndMean_matchTheReference() throws IOException {
    GoldenFiles.writeModel("bert", folder);
    List<GoldenRow> rows = GoldenRow.read("bert.expected.jsonl.gz");
    List<String> texts = rows.stream().map(GoldenRow::text).toList();
    BgeEmbedderBuilder builder = BgeEmbedder.builder()
        .model(ModelSource.directory(folder))
        .cacheDirectory(folder.resolve("cache"))
        .queryInstruction(QueryInstructions.ENGLISH);
    try (BgeEmbedder cls = builder.build();
        BgeEmbedder mean = builder.pooling(Pooling.MEAN).build()) {
      List<Embedding> passages = cls.embed(texts);
      List<float[]> queries = cls.dense(texts, InputType.QUERY);
      List<float[]> means = mean.dense(texts);
      for (int i = 0; i < rows.size(); i++) {
        assertThat(passages.get(i).tokenIds()).isEqualTo(rows.get(i).ids());
        assertVector(passages.get(i).dense(), rows.get(i).cls());
        assertVector(queries.get(i), rows.get(i).queryCls());
        assertVector(means.get(i), rows.get(i).mean());
      }
    }
    assertThat(folder.resolve("cache")).isDirectoryContaining("glob:**.weights");
  }
}
