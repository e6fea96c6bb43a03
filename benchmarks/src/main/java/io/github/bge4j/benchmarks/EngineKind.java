package io.github.bge4j.benchmarks;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.onnx.bgesmallenv15.BgeSmallEnV15EmbeddingModel;
import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.ModelSource;
import io.github.bge4j.OnnxSource;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The engines that are compared, each with its defaults. */
public enum EngineKind {
  /** This library: the weights in a graph of its own. */
  BGE4J {
    @Override
    Engine open() {
      return engine(bundledModel());
    }
  },

  /** This library, with the ONNX file as it is. */
  BGE4J_AS_EXPORTED {
    @Override
    Engine open() {
      return engine(bundledFile());
    }
  },

  /**
   * ONNX Runtime alone: the file as it is, batches of 32 in arrival order, padded, with the cores
   * inside a run.
   */
  PADDED_BATCHES {
    @Override
    Engine open() {
      return new PaddedBatches(32);
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

  /** What the hub states of bge-small-en-v1.5 and an ONNX file does not; the rest are defaults. */
  private static final String CONFIG =
      "{\"model_type\": \"bert\", \"hidden_size\": 384, \"intermediate_size\": 1536}";

  abstract Engine open();

  private static Engine engine(ModelSource model) {
    BgeEmbedder embedder = BgeEmbedder.builder().model(model).build();
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

  static ModelSource bundledModel() {
    return bundledFile().withConfig(CONFIG.getBytes(StandardCharsets.UTF_8));
  }

  private static OnnxSource bundledFile() {
    return ModelSource.onnxResource(
            EngineKind.class.getClassLoader(),
            "bge-small-en-v1.5.onnx",
            "bge-small-en-v1.5-tokenizer.json")
        .asIs();
  }
}
