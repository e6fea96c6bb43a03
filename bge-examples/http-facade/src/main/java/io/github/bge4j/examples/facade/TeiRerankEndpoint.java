package io.github.bge4j.examples.facade;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.bge4j.RankedDocument;
import io.github.bge4j.batching.RequestOptions;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Ranks texts in the shape of text-embeddings-inference: scores from 0 to 1 unless raw. */
final class TeiRerankEndpoint implements Endpoint {

  private final FacadeSettings settings;
  private final ModelHolder models;

  TeiRerankEndpoint(FacadeSettings settings, ModelHolder models) {
    this.settings = settings;
    this.models = models;
  }

  @Override
  public CompletableFuture<Ranks> answer(RequestBody body) {
    TeiRoutes.checkOptions(body);
    Texts query = Texts.one("query", body.string("query"), settings);
    List<String> asked = body.strings("texts");
    Texts.checkCount("texts", asked.size(), settings);
    Texts texts = Texts.checked("texts", asked, settings);
    boolean raw = body.flag("raw_scores");
    List<String> returned = body.flag("return_text") ? asked : List.of();
    RequestOptions options = RequestOptions.within(settings.requestTimeout()).refusedWhenFull();
    return Futures.map(
        models.reranker().rank(query.texts().get(0), texts.texts(), options),
        ranked -> TeiRoutes.checkCut(
            body,
            new Ranks(
                new RerankAnswer(
                    "",
                    raw ? ranked : RerankEndpoint.normalized(ranked),
                    ranked.size(),
                    List.of(),
                    query.cut().get(0),
                    texts.cut()),
                returned)));
  }

  /**
   * Ranked texts without names around them.
   *
   * @param texts those of the request, or none if they are not wanted
   */
  record Ranks(RerankAnswer ranking, List<String> texts) implements Answer {

    @Override
    public int truncated() {
      return ranking.truncated();
    }

    @Override
    public void write(JsonGenerator json) throws IOException {
      json.writeStartArray();
      for (RankedDocument<String> text : ranking.ranked()) {
        json.writeStartObject();
        json.writeNumberField("index", text.index());
        if (!texts.isEmpty()) {
          json.writeStringField("text", texts.get(text.index()));
        }
        json.writeNumberField("score", text.score());
        json.writeEndObject();
      }
      json.writeEndArray();
    }
  }
}
