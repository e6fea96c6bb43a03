package io.github.bge4j.examples.facade;

import io.github.bge4j.Output;
import io.github.bge4j.batching.RequestOptions;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The three routes that embed texts. */
final class EmbeddingEndpoint implements Endpoint {

  /** Shape of the answer. */
  enum Shape {
    OPENAI,
    SPARSE,
    HYBRID;

    private Output[] outputs() {
      return switch (this) {
        case OPENAI -> new Output[] {Output.DENSE};
        case SPARSE -> new Output[] {Output.SPARSE};
        case HYBRID -> new Output[] {Output.DENSE, Output.SPARSE};
      };
    }
  }

  private final Shape shape;
  private final FacadeSettings settings;
  private final ModelHolder models;

  EmbeddingEndpoint(Shape shape, FacadeSettings settings, ModelHolder models) {
    this.shape = shape;
    this.settings = settings;
    this.models = models;
  }

  @Override
  public CompletableFuture<EmbeddingAnswer> answer(RequestBody body) {
    boolean openAi = shape == Shape.OPENAI;
    boolean base64 = openAi && base64(body);
    Integer dimensions = openAi ? body.positive("dimensions") : null;
    String name = body.model(openAi ? settings.modelAlias() : settings.embeddingModel());
    Input input = Input.of(body.required("input"), settings);
    TextModel model = models.embedder();
    checkDimensions(dimensions, model.dimension());
    RequestOptions lane = input.count() == 1 ? RequestOptions.query() : RequestOptions.bulk();
    return Futures.map(
        input.embed(
            model, lane.withDeadline(settings.requestTimeout()).refusedWhenFull(), shape.outputs()),
        vectors -> new EmbeddingAnswer(shape, settings, name, base64, input, vectors));
  }

  private static boolean base64(RequestBody body) {
    String format = body.string("encoding_format", "float");
    return switch (format) {
      case "float" -> false;
      case "base64" -> true;
      default ->
        throw ApiException.shape(
            "literal_error", "encoding_format", "encoding_format must be float or base64");
    };
  }

  private static void checkDimensions(@Nullable Integer asked, int given) {
    if (asked != null && asked != given) {
      throw ApiException.value(
          "dimensions",
          "dimensions",
          "dimensions must be " + given + ": " + asked
              + "; the model was not trained for shorter vectors, leave it out");
    }
  }
}
