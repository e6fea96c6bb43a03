package io.github.bge4j.benchmarks;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.onnx.bgesmallenv15.BgeSmallEnV15EmbeddingModel;
import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.ModelSource;
import java.util.List;

/** The engines that are compared, each with its defaults. */
public enum EngineKind {
  /** This library. */
  BGE4J {
    @Override
    Engine open() {
      BgeEmbedder embedder = BgeEmbedder.builder().model(bundledModel()).build();
      return new Engine() {
        @Override
        public List<float[]> embed(List<String> texts) {
          return embedder.dense(texts);
        }

        @Override
        public void close() {
          embedder.close();
        }
      };
    }
  },

  /**
   * LangChain4j's in-process embeddings: a list is spread over as many threads as there are cores.
   */
  LANGCHAIN4J {
    @Override
    Engine open() {
      BgeSmallEnV15EmbeddingModel model = new BgeSmallEnV15EmbeddingModel();
      return new Engine() {
        @Override
        public List<float[]> embed(List<String> texts) {
          List<TextSegment> segments = texts.stream().map(TextSegment::from).toList();
          return model.embedAll(segments).content().stream()
              .map(Embedding::vector)
              .toList();
        }

        @Override
        public void close() {
          // It cannot be closed.
        }
      };
    }
  };

  abstract Engine open();

  static ModelSource bundledModel() {
    return ModelSource.onnxResource(
        EngineKind.class.getClassLoader(),
        "bge-small-en-v1.5.onnx",
        "bge-small-en-v1.5-tokenizer.json");
  }
}
