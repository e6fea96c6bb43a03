package io.github.bge4j.examples.facade;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bge4j.Output;
import io.github.bge4j.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * The routes of text-embeddings-inference, in its shapes and with its errors. Differences: a text
 * that is too long is cut unless {@code truncate} is false, and {@code /embed_all} gives ColBERT
 * vectors, which the first token has none of.
 */
final class TeiRoutes {

  private final FacadeSettings settings;
  private final ModelHolder models;

  private TeiRoutes(FacadeSettings settings, ModelHolder models) {
    this.settings = settings;
    this.models = models;
  }

  /**
   * Adds the routes.
   *
   * @param rerank answers {@code /rerank} with {@code documents} in place of {@code texts}
   */
  static Routes addTo(Routes routes, FacadeSettings settings, ModelHolder models, Endpoint rerank) {
    TeiRoutes tei = new TeiRoutes(settings, models);
    TeiEmbedEndpoint dense = new TeiEmbedEndpoint(Output.DENSE, settings, models);
    TeiEmbedEndpoint sparse = new TeiEmbedEndpoint(Output.SPARSE, settings, models);
    TeiEmbedEndpoint all = new TeiEmbedEndpoint(Output.MULTI_VECTOR, settings, models);
    Endpoint ranks = failing(new TeiRerankEndpoint(settings, models));
    return routes
        .post("/", failing(dense)) // where clients go that are given the address alone
        .post("/embed", failing(dense))
        .post("/embed_sparse", failing(sparse))
        .post("/embed_all", failing(all))
        .post("/rerank", body -> (body.field("texts") == null ? rerank : ranks).answer(body))
        .post("/tokenize", failing(tei::tokenize))
        .post("/decode", failing(tei::decode))
        .getWithKey("/info", new TeiInfo(settings, models));
  }

  /** Lets an endpoint fail in the form of text-embeddings-inference. */
  private static Endpoint failing(Endpoint endpoint) {
    return body -> {
      try {
        return Futures.mapFailure(endpoint.answer(body), TeiException::new);
      } catch (RuntimeException e) {
        throw new TeiException(e);
      }
    };
  }

  /** Refuses what the models cannot do, in place of leaving it out. */
  static void checkOptions(RequestBody body) {
    if (!body.string("truncation_direction", "right").equalsIgnoreCase("right")) {
      throw unserved("truncation_direction must be right: texts lose their end; leave it out");
    }
    if (!body.flag("normalize", true)) {
      throw unserved("normalize must be true: vectors have length 1; leave it out");
    }
    // Of the wrong type also where nothing is cut.
    body.flag("truncate", true);
    if (body.field("prompt_name") != null) {
      throw unserved("prompt_name must be null: texts are embedded as they are; leave it out");
    }
  }

  /** Refuses to answer for a part of a text if the request says so. */
  static <A extends Answer> A checkCut(RequestBody body, A answer) {
    if (answer.truncated() > 0 && !body.flag("truncate", true)) {
      throw ApiException.value(
          "too_long",
          "truncate",
          "texts must not be longer than the model or MAX_TEXT_CHARS allow: " + answer.truncated()
              + " were; send shorter ones or \"truncate\": true");
    }
    return answer;
  }

  private static ApiException unserved(String message) {
    return ApiException.value("unserved_option", null, message);
  }

  private CompletableFuture<Answer> tokenize(RequestBody body) {
    checkOptions(body);
    if (!(Input.of("inputs", body.required("inputs"), settings) instanceof Texts texts)) {
      throw ApiException.shape("string_type", "inputs", "inputs must be a string or strings");
    }
    boolean special = body.flag("add_special_tokens", true);
    TextModel model = models.embedder();
    return CompletableFuture.completedFuture(json -> {
      json.writeStartArray();
      for (String text : texts.texts()) {
        json.writeStartArray();
        for (Token token : model.tokenize(text)) {
          if (special || !token.special()) {
            json.writeStartObject();
            Json.writeToken(json, token);
            json.writeEndObject();
          }
        }
        json.writeEndArray();
      }
      json.writeEndArray();
    });
  }

  private CompletableFuture<Answer> decode(RequestBody body) {
    JsonNode ids = body.required("ids");
    boolean skip = body.flag("skip_special_tokens", true);
    TextModel model = models.embedder();
    List<String> texts = new ArrayList<>();
    for (JsonNode text : ids.path(0).isArray() ? ids : List.of(ids)) {
      texts.add(model.decode(ids(text), skip));
    }
    return CompletableFuture.completedFuture(json -> {
      json.writeStartArray();
      for (String text : texts) {
        json.writeString(text);
      }
      json.writeEndArray();
    });
  }

  private static int[] ids(JsonNode list) {
    if (!list.isArray()
        || !IntStream.range(0, list.size())
            .allMatch(
                i -> list.get(i).canConvertToExactIntegral() && list.get(i).canConvertToInt())) {
      throw ApiException.shape(
          "int_type", "ids", "ids must be a list of token ids, or a list of such lists");
    }
    return IntStream.range(0, list.size()).map(i -> list.get(i).intValue()).toArray();
  }
}
