package io.github.bge4j.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.modality.nlp.EmbeddingOutput;
import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.Embedding;
import io.github.bge4j.InputType;
import io.github.bge4j.ModelSource;
import io.github.bge4j.Output;
import io.github.bge4j.testing.GoldenFiles;
import io.github.bge4j.testing.Jdk;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DjlEmbedderTest {

  private final List<String> texts = List.of("What is BGE M3?", "a passage", "");

  @TempDir
  private Path folder;

  @Test
  void embed_modelWithHeads_givesItsVectorsAndItsWeightsByDecimalId() throws Exception {
    try (BgeEmbedder embedder = BgeEmbedder.builder()
        .model(ModelSource.directory(GoldenFiles.path("m3")))
        .build()) {
      List<Embedding> expected = embedder.embed(texts, Output.DENSE, Output.SPARSE);
      List<EmbeddingOutput> outputs = new DjlEmbedder(embedder).embed(texts, InputType.PASSAGE);
      assertThat(outputs).hasSize(texts.size());
      for (int i = 0; i < texts.size(); i++) {
        assertThat(outputs.get(i).getDenseEmbedding()).isEqualTo(expected.get(i).dense());
      }
      int[] ids = expected.get(0).lexicalWeights().indices();
      float[] weights = expected.get(0).lexicalWeights().values();
      assertThat(ids).isNotEmpty();
      assertThat(outputs.get(0).getLexicalWeights()).hasSize(ids.length);
      IntStream.range(0, ids.length)
          .forEach(i -> assertThat(outputs.get(0).getLexicalWeights())
              .containsEntry(Integer.toString(ids[i]), weights[i]));
      assertThat(outputs.get(2).getLexicalWeights()).isNull();
    }
  }

  @Test
  void oneJvm_engineOfDjlFirst_bothGiveTheSameVectors() throws Exception {
    assertThat(both("djl")).contains("as DJL: true", "as before: true");
  }

  @Test
  void oneJvm_libraryFirst_engineOfDjlFailsAndTheLibraryWorksOn() throws Exception {
    assertThat(both("library"))
        .contains("DJL: Tried to specify the thread pool", "as before: true");
  }

  /** Runs both in a JVM of their own: what is set up once cannot be set up again. */
  private String both(String first) throws Exception {
    return Jdk.java(
        folder, "-cp", Jdk.classPath(), BesideDjl.class.getName(), first, folder.toString());
  }
}
