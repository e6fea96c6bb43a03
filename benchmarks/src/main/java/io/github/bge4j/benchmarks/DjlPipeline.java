package io.github.bge4j.benchmarks;

import ai.djl.MalformedModelException;
import ai.djl.huggingface.translator.TextEmbeddingTranslatorFactory;
import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** DJL's own pipeline for text embeddings on its ONNX Runtime engine, as its examples set it up. */
final class DjlPipeline implements Engine {

  private final ZooModel<String, float[]> model;
  private final Predictor<String, float[]> predictor;
  private final int batchSize;

  /**
   * Opens the model.
   *
   * @param folder with {@code model.onnx} and {@code tokenizer.json}
   */
  DjlPipeline(Path folder, int batchSize) {
    this.batchSize = batchSize;
    try {
      model = Criteria.builder()
          .setTypes(String.class, float[].class)
          .optModelPath(folder)
          .optModelName("model")
          .optEngine("OnnxRuntime")
          .optTranslatorFactory(new TextEmbeddingTranslatorFactory())
          .optArgument("pooling", "cls")
          .optArgument("normalize", "true")
          .optArgument("includeTokenTypes", "true")
          .optArgument("padding", "true")
          .optArgument("truncation", "true")
          .optArgument("maxLength", "512")
          .optArgument("modelMaxLength", "512")
          .build()
          .loadModel();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ModelNotFoundException | MalformedModelException e) {
      throw new IllegalStateException(e);
    }
    predictor = model.newPredictor();
  }

  @Override
  public List<float[]> embed(List<String> texts) {
    List<float[]> vectors = new ArrayList<>();
    for (int from = 0; from < texts.size(); from += batchSize) {
      try {
        vectors.addAll(
            predictor.batchPredict(texts.subList(from, Math.min(texts.size(), from + batchSize))));
      } catch (TranslateException e) {
        throw new IllegalStateException(e);
      }
    }
    return vectors;
  }

  @Override
  public void close() {
    predictor.close();
    model.close();
  }
}
