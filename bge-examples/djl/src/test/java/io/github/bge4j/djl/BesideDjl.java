package io.github.bge4j.djl;

import ai.djl.engine.Engine;
import ai.djl.huggingface.translator.TextEmbeddingTranslatorFactory;
import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.InputType;
import io.github.bge4j.Similarity;
import io.github.bge4j.examples.models.NamedModels;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A program that embeds by DJL and by this library; the first argument says which comes first. */
final class BesideDjl {

  private static final String TEXT = "The Seine flows through Paris.";

  private BesideDjl() {}

  /** Prints what came of it. */
  public static void main(String[] arguments) throws Exception {
    if (arguments[0].equals("djl")) {
      Engine.getEngine("OnnxRuntime");
    }
    try (BgeEmbedder embedder = BgeEmbedder.builder()
        .model(NamedModels.source(NamedModels.BUNDLED, new io.github.bge4j.DownloadListener() {}))
        .build()) {
      float[] before = embedder.dense(TEXT, InputType.PASSAGE);
      try {
        float[] theirs = embedByDjl(Path.of(arguments[1]));
        System.out.println("as DJL: " + (Similarity.DOT.of(before, theirs) > 0.9999));
      } catch (Throwable e) {
        System.out.println("DJL: " + deepest(e).getMessage());
      }
      float[] after = embedder.dense(TEXT, InputType.PASSAGE);
      System.out.println("as before: " + Arrays.equals(before, after));
    }
  }

  private static float[] embedByDjl(Path folder) throws Exception {
    copy("bge-small-en-v1.5.onnx", folder.resolve("model.onnx"));
    copy("bge-small-en-v1.5-tokenizer.json", folder.resolve("tokenizer.json"));
    Criteria<String, float[]> criteria = Criteria.builder()
        .setTypes(String.class, float[].class)
        .optModelPath(folder)
        .optModelName("model")
        .optEngine("OnnxRuntime")
        .optTranslatorFactory(new TextEmbeddingTranslatorFactory())
        .optArgument("pooling", "cls")
        .optArgument("normalize", "true")
        .optArgument("includeTokenTypes", "true")
        .build();
    try (ZooModel<String, float[]> model = criteria.loadModel();
        Predictor<String, float[]> predictor = model.newPredictor()) {
      return predictor.predict(TEXT);
    }
  }

  private static void copy(String resource, Path file) throws Exception {
    try (InputStream from = ClassLoader.getSystemResourceAsStream(resource)) {
      Files.copy(from, file);
    }
  }

  private static Throwable deepest(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
