package consumer;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.Embedding;
import io.github.bge4j.InputType;
import io.github.bge4j.ModelSource;
import io.github.bge4j.QueryInstructions;
import java.util.List;
import java.util.Locale;

/** Prints whether it runs in a named module, and the similarity of a question to two passages. */
public class Main {
  public static void main(String[] args) {
    var model =
        ModelSource.onnxResource(
            ClassLoader.getSystemClassLoader(), "bge-small-en-v1.5.onnx", "bge-small-en-v1.5-tokenizer.json");
    try (var embedder = BgeEmbedder.builder().model(model).queryInstruction(QueryInstructions.ENGLISH).build()) {
      Embedding question = embedder.embed("What do pandas eat?", InputType.QUERY);
      System.out.print(Main.class.getModule().isNamed() ? "module" : "class path");
      for (Embedding passage : embedder.embed(List.of("Paris is the capital of France.", "Pandas eat bamboo."))) {
        System.out.print(String.format(Locale.ROOT, " %.2f", question.similarity(passage)));
      }
      System.out.println();
    }
  }
}
