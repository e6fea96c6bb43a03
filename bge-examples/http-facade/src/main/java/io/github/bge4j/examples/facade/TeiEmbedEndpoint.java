package io.github.bge4j.examples.facade;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.bge4j.MultiVector;
import io.github.bge4j.Output;
import io.github.bge4j.sparse.SparseVector;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Vectors of one kind in the shapes of text-embeddings-inference: lists without names. */
final class TeiEmbedEndpoint implements Endpoint {

  private final Output output;
  private final FacadeSettings settings;
  private final ModelHolder models;

  TeiEmbedEndpoint(Output output, FacadeSettings settings, ModelHolder models) {
    this.output = output;
    this.settings = settings;
    this.models = models;
  }

  @Override
  public CompletableFuture<Vectors> answer(RequestBody body) {
    TeiRoutes.checkOptions(body);
    Integer dimensions = body.positive("dimensions");
    Input input = Input.of("inputs", body.required("inputs"), settings);
    TextModel model = models.embedder();
    if (!model.outputs().contains(output)) {
      throw new ApiException(
          424, "no_such_output", null, "the model gives " + model.outputs() + " only: " + output);
    }
    EmbeddingEndpoint.checkDimensions(dimensions, model.dimension());
    return Futures.map(
        EmbeddingEndpoint.embed(input, model, settings, Set.of(output)),
        vectors -> TeiRoutes.checkCut(body, new Vectors(input, vectors)));
  }

  /** Of each text the one kind of vectors that it has. */
  record Vectors(Input input, List<TextVectors> vectors) implements Answer {

    @Override
    public int truncated() {
      return EmbeddingAnswer.truncated(input, vectors);
    }

    @Override
    public void write(JsonGenerator json) throws IOException {
      json.writeStartArray();
      for (TextVectors text : vectors) {
        float[] dense = text.dense();
        SparseVector weights = text.weights();
        MultiVector rows = text.multiVector();
        if (dense != null) {
          Json.writeFloats(json, dense);
        } else if (weights != null) {
          writeEntries(json, weights);
        } else if (rows != null) {
          Json.writeRows(json, rows, false);
        }
      }
      json.writeEndArray();
    }

    private static void writeEntries(JsonGenerator json, SparseVector weights) throws IOException {
      int[] indices = weights.indices();
      float[] values = weights.values();
      json.writeStartArray();
      for (int i = 0; i < indices.length; i++) {
        json.writeStartObject();
        json.writeNumberField("index", Integer.toUnsignedLong(indices[i]));
        json.writeFieldName("value");
        json.writeNumber(FloatText.of(values[i]));
        json.writeEndObject();
      }
      json.writeEndArray();
    }
  }
}
