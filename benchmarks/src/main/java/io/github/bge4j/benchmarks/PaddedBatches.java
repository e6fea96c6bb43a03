package io.github.bge4j.benchmarks;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What one writes with ONNX Runtime and a tokenizer at hand: fixed batches, padded to the longest
 * text.
 */
final class PaddedBatches implements Engine {

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final HuggingFaceTokenizer tokenizer;
  private final OrtSession session;
  private final int batchSize;

  PaddedBatches(int batchSize) {
    this.batchSize = batchSize;
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        InputStream model = resource("bge-small-en-v1.5.onnx");
        InputStream json = resource("bge-small-en-v1.5-tokenizer.json")) {
      options.setIntraOpNumThreads(Runtime.getRuntime().availableProcessors());
      session = environment.createSession(model.readAllBytes(), options);
      tokenizer = HuggingFaceTokenizer.newInstance(
          json,
          Map.of(
              "truncation",
              "true",
              "padding",
              "true",
              "maxLength",
              "512",
              "modelMaxLength",
              "512"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(
        PaddedBatches.class.getClassLoader().getResourceAsStream(name), name);
  }

  @Override
  public List<float[]> embed(List<String> texts) {
    List<float[]> vectors = new ArrayList<>();
    for (int from = 0; from < texts.size(); from += batchSize) {
      Encoding[] batch = tokenizer.batchEncode(
          texts.subList(from, Math.min(texts.size(), from + batchSize)), true, false);
      try {
        run(batch, vectors);
      } catch (OrtException e) {
        throw new IllegalStateException(e);
      }
    }
    return vectors;
  }

  private void run(Encoding[] batch, List<float[]> vectors) throws OrtException {
    int length = batch[0].getIds().length;
    long[] shape = {batch.length, length};
    LongBuffer ids = LongBuffer.allocate(batch.length * length);
    LongBuffer mask = LongBuffer.allocate(batch.length * length);
    for (Encoding encoding : batch) {
      ids.put(encoding.getIds());
      mask.put(encoding.getAttentionMask());
    }
    try (OnnxTensor idTensor = OnnxTensor.createTensor(environment, ids.flip(), shape);
        OnnxTensor maskTensor = OnnxTensor.createTensor(environment, mask.flip(), shape);
        OnnxTensor types = OnnxTensor.createTensor(
            environment, LongBuffer.allocate(batch.length * length), shape);
        OrtSession.Result result = session.run(
            Map.of("input_ids", idTensor, "attention_mask", maskTensor, "token_type_ids", types))) {
      FloatBuffer states = ((OnnxTensor) result.get(0)).getFloatBuffer();
      int hidden = states.remaining() / batch.length / length;
      for (int text = 0; text < batch.length; text++) {
        float[] vector = new float[hidden];
        states.get(text * length * hidden, vector);
        vectors.add(unit(vector));
      }
    }
  }

  private static float[] unit(float[] vector) {
    double squares = 0;
    for (float x : vector) {
      squares += (double) x * x;
    }
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) (vector[i] / Math.sqrt(squares));
    }
    return vector;
  }

  @Override
  public void close() {
    try {
      session.close();
      tokenizer.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }
}
