package io.github.bge4j.benchmarks;

import ai.onnxruntime.OrtSession;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.scoring.onnx.OnnxScoringModel;
import io.github.bge4j.BgeReranker;
import io.github.bge4j.ModelSource;
import io.github.bge4j.OnnxSource;
import io.github.bge4j.PairScore;
import io.github.bge4j.Precision;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The rerankers that are compared, each with its defaults, on one file of weights. */
public enum RerankEngineKind {
  /** This library: the weights in a graph of its own. */
  BGE4J {
    @Override
    RerankEngine open(Path folder) {
      byte[] config = CrossEncoderExport.CONFIG.getBytes(StandardCharsets.UTF_8);
      return engine(source(folder).withConfig(config), Precision.FP32);
    }
  },

  /** This library in int8. */
  BGE4J_INT8 {
    @Override
    RerankEngine open(Path folder) {
      byte[] config = CrossEncoderExport.CONFIG.getBytes(StandardCharsets.UTF_8);
      return engine(source(folder).withConfig(config), Precision.INT8);
    }
  },

  /** This library, with the ONNX file as it is. */
  BGE4J_AS_EXPORTED {
    @Override
    RerankEngine open(Path folder) {
      return engine(source(folder), Precision.FP32);
    }
  },

  /**
   * LangChain4j's in-process scoring: all passages as one padded batch, with the cores inside the
   * run. Told to read 512 tokens as the others do; its own default is 510.
   */
  LANGCHAIN4J {
    @Override
    RerankEngine open(Path folder) {
      OnnxScoringModel model = new OnnxScoringModel(
          folder.resolve(MODEL).toString(),
          new OrtSession.SessionOptions(),
          folder.resolve(TOKENIZER).toString(),
          512,
          false);
      return new RerankEngine() {
        @Override
        public double[] scores(String query, List<String> passages) {
          List<TextSegment> segments = passages.stream().map(TextSegment::from).toList();
          return model.scoreAll(segments, query).content().stream()
              .mapToDouble(Double::doubleValue)
              .toArray();
        }

        @Override
        public void close() {
          model.close();
        }
      };
    }
  };

  private static final String MODEL = "model.onnx";
  private static final String TOKENIZER = "tokenizer.json";

  abstract RerankEngine open(Path folder);

  /** Whether its scores are those of fp32. */
  boolean isExact() {
    return this != BGE4J_INT8;
  }

  private static OnnxSource source(Path folder) {
    return ModelSource.onnx(folder.resolve(MODEL), folder.resolve(TOKENIZER)).asIs();
  }

  private static RerankEngine engine(ModelSource model, Precision precision) {
    BgeReranker reranker =
        BgeReranker.builder().model(model).precision(precision).build();
    return new RerankEngine() {
      @Override
      public double[] scores(String query, List<String> passages) {
        return reranker.scores(query, passages).stream()
            .mapToDouble(PairScore::score)
            .toArray();
      }

      @Override
      public void close() {
        reranker.close();
      }
    };
  }
}
