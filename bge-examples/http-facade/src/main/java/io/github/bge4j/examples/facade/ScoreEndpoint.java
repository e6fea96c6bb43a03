package io.github.bge4j.examples.facade;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.bge4j.RankedDocument;
import io.github.bge4j.batching.RequestOptions;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Scores pairs in the shape of vLLM: one text with each of several, or two lists pair by pair; from
 * 0 to 1 unless {@code normalize} is false.
 */
final class ScoreEndpoint implements Endpoint {

  private final FacadeSettings settings;
  private final ModelHolder models;

  ScoreEndpoint(FacadeSettings settings, ModelHolder models) {
    this.settings = settings;
    this.models = models;
  }

  @Override
  public CompletableFuture<Scores> answer(RequestBody body) {
    Texts first = texts(body, "text_1");
    Texts second = texts(body, "text_2");
    boolean one = first.count() == 1;
    if (!one && first.count() != second.count()) {
      throw ApiException.value(
          "pairs",
          "text_2",
          "text_2 must have as many texts as text_1, " + first.count() + ", or text_1 only one: "
              + second.count());
    }
    boolean normalize = body.flag("normalize", true);
    String name = body.model(settings.rerankerModel());
    return Futures.map(
        one ? rank(first, 0, second.texts()) : pairs(first, second.texts()),
        ranked -> new Scores(new RerankAnswer(
            name,
            normalize ? RerankEndpoint.normalized(ranked) : ranked,
            ranked.size(),
            List.of(),
            one && first.cut(0),
            second.cut())));
  }

  private CompletableFuture<List<RankedDocument<String>>> rank(
      Texts queries, int query, List<String> documents) {
    RequestOptions options = RequestOptions.within(settings.requestTimeout()).refusedWhenFull();
    return models.reranker().rank(queries.texts().get(query), documents, options);
  }

  private CompletableFuture<List<RankedDocument<String>>> pairs(
      Texts queries, List<String> documents) {
    return Futures.all(IntStream.range(0, documents.size())
        .mapToObj(i -> Futures.map(
            rank(queries, i, List.of(documents.get(i))), ranked -> at(i, ranked.get(0))))
        .toList());
  }

  private static RankedDocument<String> at(int index, RankedDocument<String> it) {
    return new RankedDocument<>(index, it.document(), it.score(), it.tokenCount(), it.truncated());
  }

  private Texts texts(RequestBody body, String name) {
    JsonNode given = body.required(name);
    if (given.isTextual()) {
      return Texts.one(name, given.textValue(), settings);
    }
    List<String> texts = body.strings(name);
    Texts.checkCount(name, texts.size(), settings);
    return Texts.checked(name, texts, settings);
  }

  /** The scores in the order of the pairs. */
  record Scores(RerankAnswer ranking) implements Answer {

    @Override
    public int truncated() {
      return ranking.truncated();
    }

    @Override
    public void write(JsonGenerator json) throws IOException {
      json.writeStartObject();
      json.writeStringField("id", "score-" + UUID.randomUUID());
      json.writeStringField("object", "list");
      json.writeStringField("model", ranking.model());
      json.writeArrayFieldStart("data");
      for (RankedDocument<String> pair : inOrder().toList()) {
        json.writeStartObject();
        json.writeNumberField("index", pair.index());
        json.writeStringField("object", "score");
        json.writeNumberField("score", pair.score());
        json.writeEndObject();
      }
      json.writeEndArray();
      EmbeddingAnswer.writeUsage(
          json, inOrder().mapToLong(RankedDocument::tokenCount).sum());
      json.writeEndObject();
    }

    private Stream<RankedDocument<String>> inOrder() {
      return ranking.ranked().stream().sorted(Comparator.comparingInt(RankedDocument::index));
    }
  }
}
