package io.github.bge4j.examples.facade;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.bge4j.RankedDocument;
import io.github.bge4j.TextPair;
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
    List<TextPair> pairs = IntStream.range(0, second.count())
        .mapToObj(
            i -> new TextPair(first.texts().get(one ? 0 : i), second.texts().get(i)))
        .toList();
    RequestOptions options = RequestOptions.within(settings.requestTimeout()).refusedWhenFull();
    return Futures.map(models.reranker().score(pairs, options), scores -> {
      List<RankedDocument<String>> ranked = IntStream.range(0, pairs.size())
          .mapToObj(i -> new RankedDocument<>(
              i,
              pairs.get(i).passage(),
              scores.get(i).score(),
              scores.get(i).tokenCount(),
              scores.get(i).truncated()))
          .toList();
      return new Scores(new RerankAnswer(
          name,
          normalize ? RerankEndpoint.normalized(ranked) : ranked,
          ranked.size(),
          List.of(),
          false,
          IntStream.range(0, pairs.size())
              .mapToObj(i -> first.cut(one ? 0 : i) || second.cut(i))
              .toList()));
    });
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
