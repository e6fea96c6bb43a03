package io.github.bge4j.examples.facade;

import io.github.bge4j.Output;
import io.github.bge4j.Token;
import io.github.bge4j.batching.RequestOptions;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The routes that embed texts in the shapes of OpenAI and of this service. */
final class EmbeddingEndpoint implements Endpoint {

  /** Shape of the answer. */
  enum Shape {
    OPENAI,
    SPARSE,
    MULTI_VECTOR,
    HYBRID;

    private Set<Output> outputs() {
      return switch (this) {
        case OPENAI -> EnumSet.of(Output.DENSE);
        case SPARSE -> EnumSet.of(Output.SPARSE);
        case MULTI_VECTOR -> EnumSet.of(Output.MULTI_VECTOR);
        case HYBRID -> EnumSet.of(Output.DENSE, Output.SPARSE);
      };
    }
  }

  /** A vector a token is much: this is some 100 MB for BGE-M3, and several times that as JSON. */
  private static final int MOST_MULTI_VECTOR_LENGTH = 100_000;

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
    boolean base64 = shape != Shape.SPARSE && base64(body);
    Integer dimensions = openAi ? body.positive("dimensions") : null;
    Set<Output> outputs = shape == Shape.HYBRID ? outputs(body) : shape.outputs();
    String name = body.model(openAi ? settings.modelAlias() : settings.embeddingModel());
    Input input = Input.of("input", body.required("input"), settings);
    TextModel model = models.embedder();
    // In this thread: those that complete answers serve every other request, too.
    List<List<Token>> read = !openAi && body.flag("return_tokens")
        ? texts(input).texts().stream().map(model::tokenize).toList()
        : List.of();
    checkDimensions(dimensions, model.dimension());
    return Futures.map(
        embed(input, model, settings, outputs),
        vectors -> new EmbeddingAnswer(
            shape, settings, name, base64, input, vectors, tokens(read, vectors)));
  }

  /**
   * Embeds the texts of a request within its time.
   *
   * @throws ApiException if the vectors would be too many
   */
  static CompletableFuture<List<TextVectors>> embed(
      Input input, TextModel model, FacadeSettings settings, Set<Output> outputs) {
    if (outputs.contains(Output.MULTI_VECTOR) && input.length() > MOST_MULTI_VECTOR_LENGTH) {
      throw ApiException.value(
          "too_many_vectors",
          input.name(),
          "texts for ColBERT vectors must not be longer than " + MOST_MULTI_VECTOR_LENGTH
              + " characters or token ids together: " + input.length()
              + "; send several requests");
    }
    RequestOptions lane = input.count() == 1 ? RequestOptions.query() : RequestOptions.bulk();
    return input.embed(
        model,
        lane.withDeadline(settings.requestTimeout()).refusedWhenFull(),
        outputs.toArray(Output[]::new));
  }

  private static Texts texts(Input input) {
    if (input instanceof Texts texts) {
      return texts;
    }
    throw ApiException.value(
        "return_tokens",
        "return_tokens",
        "return_tokens must be false for token ids, which are the tokens; send texts");
  }

  /** Returns what the model read of each text; of a cut one the last token still closes it. */
  private static List<List<Token>> tokens(List<List<Token>> read, List<TextVectors> vectors) {
    return IntStream.range(0, read.size())
        .mapToObj(i -> kept(read.get(i), vectors.get(i).tokens()))
        .toList();
  }

  private static List<Token> kept(List<Token> tokens, int count) {
    return IntStream.range(0, tokens.size())
        .filter(i -> i < count - 1 || i == tokens.size() - 1)
        .mapToObj(tokens::get)
        .toList();
  }

  private static Set<Output> outputs(RequestBody body) {
    if (body.field("outputs") == null) {
      return Shape.HYBRID.outputs();
    }
    Set<Output> outputs = EnumSet.noneOf(Output.class);
    for (String name : body.strings("outputs")) {
      outputs.add(
          switch (name) {
            case "dense" -> Output.DENSE;
            case "sparse" -> Output.SPARSE;
            case "colbert" -> Output.MULTI_VECTOR;
            default -> throw noSuchOutput();
          });
    }
    if (outputs.isEmpty()) {
      throw noSuchOutput();
    }
    return outputs;
  }

  private static ApiException noSuchOutput() {
    return ApiException.shape(
        "literal_error", "outputs", "outputs must be a list of dense, sparse and colbert");
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

  /** Checks how many numbers a dense vector is to have, if the request says so. */
  static void checkDimensions(@Nullable Integer asked, int given) {
    if (asked != null && asked != given) {
      throw ApiException.value(
          "dimensions",
          "dimensions",
          "dimensions must be " + given + ": " + asked
              + "; the model was not trained for shorter vectors, leave it out");
    }
  }
}
