package io.github.bge4j.benchmarks;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.bgesmallenv15.BgeSmallEnV15EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.bgesmallenv15q.BgeSmallEnV15QuantizedEmbeddingModel;
import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.InputType;
import io.github.bge4j.ModelSource;
import io.github.bge4j.OnnxSource;
import io.github.bge4j.Precision;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The engines that are compared, each with its defaults. */
public enum EngineKind {
  /** This library: the weights in a graph of its own. */
  BGE4J {
    @Override
    Engine open(Path work) {
      return engine(bundledModel(), Precision.FP32);
    }
  },

  /** This library in int8. */
  BGE4J_INT8 {
    @Override
    Engine open(Path work) {
      return engine(bundledModel(), Precision.INT8);
    }
  },

  /** This library, with the ONNX file as it is. */
  BGE4J_AS_EXPORTED {
    @Override
    Engine open(Path work) {
      return engine(bundledFile(), Precision.FP32);
    }
  },

  /**
   * ONNX Runtime alone: the file as it is, batches of 32 in arrival order, padded, with the cores
   * inside a run.
   */
  PADDED_BATCHES {
    @Override
    Engine open(Path work) {
      return new PaddedBatches(32);
    }
  },

  /**
   * LangChain4j's in-process embeddings: a list is spread over as many threads as there are cores.
   */
  LANGCHAIN4J {
    @Override
    Engine open(Path work) {
      return langchain4j(new BgeSmallEnV15EmbeddingModel());
    }
  },

  /** LangChain4j's quantized model, with the defaults. */
  LANGCHAIN4J_QUANTIZED {
    @Override
    Engine open(Path work) {
      return langchain4j(new BgeSmallEnV15QuantizedEmbeddingModel());
    }
  },

  /** DJL's pipeline for text embeddings on ONNX Runtime, in batches of 32 in arrival order. */
  DJL {
    @Override
    Engine open(Path work) {
      return new DjlPipeline(work, 32);
    }
  };

  /** What the hub states of bge-small-en-v1.5 and an ONNX file does not; the rest are defaults. */
  private static final String CONFIG =
      "{\"model_type\": \"bert\", \"hidden_size\": 384, \"intermediate_size\": 1536}";

  /**
   * Opens the engine.
   *
   * @param work where {@code model.onnx} and {@code tokenizer.json} are, for engines that read
   *     files
   */
  abstract Engine open(Path work);

  /** Whether its vectors are those of fp32; quantized ones are near them. */
  boolean isExact() {
    return this != BGE4J_INT8 && this != LANGCHAIN4J_QUANTIZED;
  }

  private static Engine engine(ModelSource model, Precision precision) {
    BgeEmbedder embedder =
        BgeEmbedder.builder().model(model).precision(precision).build();
    return new Engine() {
      @Override
      public List<float[]> embed(List<String> texts) {
        return embedder.dense(texts);
      }

      @Override
      public float[] embedQuery(String text) {
        return embedder.embed(text, InputType.QUERY).dense();
      }

      @Override
      public void close() {
        embedder.close();
      }
    };
  }

  private static Engine langchain4j(EmbeddingModel model) {
    return new Engine() {
      @Override
      public List<float[]> embed(List<String> texts) {
        List<TextSegment> segments = texts.stream().map(TextSegment::from).toList();
        return model.embedAll(segments).content().stream()
            .map(Embedding::vector)
            .toList();
      }

      @Override
      public float[] embedQuery(String text) {
        return model.embed(text).content().vector();
      }

      @Override
      public void close() {
        // It cannot be closed.
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
